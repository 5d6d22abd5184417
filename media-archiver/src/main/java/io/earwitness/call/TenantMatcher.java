package io.earwitness.call;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
   * @param headers values of the INVITE's header fields by their names in lower case; at least
   *     those that {@link #headers()} names
   */
  record Attributes(
      InetAddress source,
      @Nullable TlsIdentity identity,
      String requestUri,
      List<Party> parties,
      Map<String, List<String>> headers) {
    public Attributes {
      headers = Map.copyOf(headers);
    }

    /** Of a call whose header fields nobody looks at. */
    public Attributes(
        InetAddress source,
        @Nullable TlsIdentity identity,
        String requestUri,
        List<Party> parties) {
      this(source, identity, requestUri, parties, Map.of());
    }
  }

  /**
   * A decision.
   *
   * @param tenant {@link TenantSlug#PLATFORM} if no rule matched: the call goes to quarantine
   * @param rule which rule matched, for people
   * @param parties the parties with their holders filled in
   * @param foreignNumber the first number that is claimed for the tenant and is not in its ranges;
   *     null if there is none, or the tenant is not screened
   */
  record Match(
      TenantSlug tenant,
      String rule,
      Direction direction,
      List<Party> parties,
      @Nullable String foreignNumber) {
    /** Of a call that claims no number. */
    public Match(TenantSlug tenant, String rule, Direction direction, List<Party> parties) {
      this(tenant, rule, direction, parties, null);
    }
  }

  /** Whether some SRC may send from this address. */
  boolean isKnown(InetAddress source);

  /**
   * The SRC that a message is from; empty if the source may not send calls. It may be one whose
   * {@linkplain SrcProfile#tlsIdentity required identity} was not proven: such a message is to be
   * refused.
   */
  Optional<RecorderSnapshot.Src> src(InetAddress source, @Nullable TlsIdentity identity);

  /** The header fields of an INVITE that rules look at, in lower case. */
  Set<String> headers();

  /** Whose call it is. */
  Match match(Attributes attributes);

  /**
   * The other tenants whose parties take part in a call, by slug; none where the SRC is bound to
   * one tenant, or nobody knows whose call it is.
   *
   * @param owner whose call it is
   */
  List<Match> others(TenantSlug owner, Attributes attributes);

  /**
   * Who the parties are to a tenant whose call it is already, whatever the attributes would say
   * now; nobody's holders are filled in for {@link TenantSlug#PLATFORM}.
   *
   * @param rule which rule decided then
   */
  Match decided(TenantSlug owner, String rule, Attributes attributes);
}
