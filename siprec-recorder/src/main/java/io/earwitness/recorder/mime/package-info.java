/** Multipart bodies (RFC 2046), split byte by byte. */
@NullMarked
package io.earwitness.recorder.mime;

import org.jspecify.annotations.NullMarked;
