/**
 * The announcement service of RFC 4240 §3: plays prompts that lie ready, encoded, on this machine
 * to whoever asks by SIP. Records nothing; what it played is told to whoever keeps it as evidence.
 */
@NullMarked
package io.earwitness.recorder.announcement;

import org.jspecify.annotations.NullMarked;
