package io.earwitness.archive.media;

/**
 * A finished native FLAC file (RFC 9639) in memory.
 *
 * @param content its bytes; whoever reads them by {@link Pieces#drain} uses the file up
 * @param samples per channel
 */
public record FlacFile(Pieces content, long samples) {}
