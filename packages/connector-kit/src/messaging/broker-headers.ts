import type { EventHeaders } from '@movie-rental/contracts';
import type { MessageProperties, Options } from 'amqplib';
import type { IHeaders } from 'kafkajs';
import type { HeaderTexts } from './event.ts';

/** Event headers as AMQP properties: the content type has a property of its own there. */
export function toAmqp(headers: EventHeaders): Options.Publish {
  const { 'content-type': contentType, ...rest } = headers;
  return { contentType, messageId: headers.ce_id, persistent: true, headers: rest };
}

export function fromAmqp(properties: MessageProperties): HeaderTexts {
  return texts({ ...properties.headers, 'content-type': properties.contentType });
}

export function fromKafka(headers: IHeaders = {}): HeaderTexts {
  return texts(headers);
}

/** Keeps what is text; anything else is for the broker, or not from here. */
function texts(values: Readonly<Record<string, unknown>>): HeaderTexts {
  const entries = Object.entries(values).map(([name, value]) => [
    name,
    Buffer.isBuffer(value) ? value.toString('utf8') : value,
  ]);
  return Object.fromEntries(entries.filter(([, value]) => typeof value === 'string'));
}
