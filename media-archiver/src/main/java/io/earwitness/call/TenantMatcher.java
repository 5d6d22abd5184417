package io.earwitness.call;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides from a configuration snapshot whose call it is and who its parties are. Pure. */
public interface TenantMatcher {
  /**
   * What is known of a call when its INVITE has arrived.
   *
   * @param source the address that the INVITE came from
   * @param identity who has proven over TLS to have sent it; null if nobody has
   * @param requestUri the request URI as received
   * @param parties the parties by the metadata, the calling party first
   */
  record Attributes(
      InetAddress source, @Nullable TlsIdentity identity, String requestUri, List<Party> parties) {}

  /**
   * A decision.
   *
   * @param tenant {@link TenantSlug#PLATFORM} if no rule matched: the call goes to quarantine
   * @param rule which rule matched, for people
   * @param parties the parties with their holders filled in
   */
  record Match(TenantSlug tenant, String rule, Direction direction, List<Party> parties) {}

  /** Whether some SRC may send from this address. */
  boolean isKnown(InetAddress source);

  /**
   * The SRC that a message is from; empty if the source may not send calls. It may be one whose
   * {@linkplain SrcProfile#tlsIdentity required identity} was not proven: such a message is to be
   * refused.
   */
  Optional<RecorderSnapshot.Src> src(InetAddress source, @Nullable TlsIdentity identity);

  /** Whose call it is. */
  Match match(Attributes attributes);

  /**
   * Who the parties are to a tenant whose call it is already, whatever the attributes would say
   * now; nobody's holders are filled in for {@link TenantSlug#PLATFORM}.
   *
   * @param rule which rule decided then
   */
  Match decided(TenantSlug owner, String rule, Attributes attributes);
}
