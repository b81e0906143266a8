import net from 'node:net';

/** Loaded into a process before its own code: connections to one port go to another. */
const { REDIRECT_FROM, REDIRECT_TO } = process.env;
const { connect } = net;

net.connect = (options, ...rest) =>
  Number(options?.port) === Number(REDIRECT_FROM)
    ? connect({ ...options, port: Number(REDIRECT_TO) }, ...rest)
    : connect(options, ...rest);
