package io.earwitness.audit.verify;

/**
 * A root that the log's key signed.
 *
 * @param where in words, such as {@code the checkpoint of 42 entries}
 */
@SuppressWarnings("ArrayRecordComponent") // bytes are what they are; nobody compares records
record Claim(long treeSize, byte[] rootHash, String where) {}
