package io.earwitness.archive;

import java.time.Instant;

/**
 * A recording whose generation is committed, locked, catalogued and read back.
 *
 * @param manifestVersionId of the copy in the lock bucket
 * @param own whether the manifest is that of the caller's attempt; else another archiver's, which
 *     the caller adopted
 * @param captureUntil until when the capture is kept still
 */
public record Committed(
    Manifest manifest, String manifestVersionId, boolean own, Instant captureUntil) {}
