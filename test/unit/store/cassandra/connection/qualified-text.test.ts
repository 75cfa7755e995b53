import { describe, expect, it } from '@jest/globals';
import { qualifiedText } from '../../../../../src/store/cassandra/connection/qualified-text.js';

describe('the text of a statement', () => {
  it.each([
    ['SELECT id FROM mailboxes WHERE login = ?', 'SELECT id FROM post.mailboxes WHERE login = ?'],
    ['INSERT INTO bodies (id) VALUES (?)', 'INSERT INTO post.bodies (id) VALUES (?)'],
    ['UPDATE users USING TTL 60 SET a = ? IF a = ?', 'UPDATE post.users USING TTL 60 SET a = ? IF a = ?'],
    ['DELETE a, b FROM relay_items WHERE qid = ?', 'DELETE a, b FROM post.relay_items WHERE qid = ?'],
    ['SELECT from_where FROM nodes', 'SELECT from_where FROM post.nodes'],
  ])('%s names the keyspace of its table', (cql, sent) => {
    expect(qualifiedText(cql, 'post')).toBe(sent);
  });

  it('is left as it is where it names another', () => {
    const cql = 'SELECT schema_version FROM system.local';
    expect(qualifiedText(cql, 'post')).toBe(cql);
  });
});
