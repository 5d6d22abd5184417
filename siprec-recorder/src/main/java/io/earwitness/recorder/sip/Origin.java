package io.earwitness.recorder.sip;

import io.earwitness.call.TlsIdentity;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where messages come from, and the way back.
 *
 * @param certificate what the certificate says that the peer has proven to be its own; null where
 *     none was asked for
 */
record Origin(
    InetSocketAddress source,
    Transport transport,
    @Nullable TlsIdentity certificate,
    RawMessage.Reply reply) {}
