import '@movie-rental/identity/passwords/worker';
