package io.earwitness.recorder.sip;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where messages come from, and the way back.
 *
 * @param certificate the subject of the certificate that the peer has proven to be its own; null
 *     where none was asked for
 */
record Origin(
    InetSocketAddress source,
    Transport transport,
    @Nullable String certificate,
    RawMessage.Reply reply) {}
