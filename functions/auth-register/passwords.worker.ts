import '@movie-rental/passwords/worker';
