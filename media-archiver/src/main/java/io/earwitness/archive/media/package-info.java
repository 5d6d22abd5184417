/**
 * Audio: G.711 decoding, the common time line, FLAC with a seek table, waveform peaks. The only
 * package that imports FFmpeg.
 */
@NullMarked
package io.earwitness.archive.media;

import org.jspecify.annotations.NullMarked;
