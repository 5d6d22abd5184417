package io.earwitness.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.call.RecorderSnapshot.Number;
import io.earwitness.call.RecorderSnapshot.Src;
import io.earwitness.call.RecorderSnapshot.Tenant;
import io.earwitness.json.Json;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotTenantMatcherTest {
  private static final TenantSlug NORTH = new TenantSlug("north");
  private static final TenantSlug SOUTH = new TenantSlug("south");
  private static final ZoneId ZONE = ZoneId.of("Europe/Oslo");

  private final SnapshotTenantMatcher matcher =
      new SnapshotTenantMatcher(
          new RecorderSnapshot(
              "v1",
              List.of(
                  new Tenant(
                      NORTH,
                      ZONE,
                      Set.of("North.example", "n.example"),
                      List.of(
                          new Number("+1202555", true, null, null, List.of()),
                          new Number("+12025550101", false, "u1", "Anna Berg", List.of("t1", "t0")),
                          new Number("+1202555019", true, null, null, List.of("desk")),
                          new Number("4711", false, "u2", "Ben Dahl", List.of()))),
                  new Tenant(
                      SOUTH,
                      ZONE,
                      Set.of("south.example"),
                      List.of(
                          new Number("+1202", true, null, null, List.of()),
                          new Number("+12025550199", false, "u9", null, List.of()),
                          new Number("4", true, null, null, List.of())))),
              List.of(
                  new Src("wide", "192.0.2.0/24", null),
                  new Src("bound", "192.0.2.16/28", SOUTH),
                  new Src("host", "192.0.2.17", NORTH),
                  new Src("six", "2001:db8:1::/48", SOUTH),
                  new Src("odd", "10.0.0.0/9", null))));

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "192.0.2.1, wide",
        "192.0.2.15, wide",
        "192.0.2.16, bound",
        "192.0.2.17, host",
        "192.0.2.31, bound",
        "192.0.2.32, wide",
        "::ffff:192.0.2.31, bound",
        "192.0.3.1, -",
        "10.127.255.255, odd",
        "10.128.0.0, -",
        "2001:db8:1:ffff::1, six",
        "2001:db8:2::1, -",
      })
  void theLongestNetworkNamesTheSrc(String source, @Nullable String src) {
    assertThat(matcher.src(InetAddress.ofLiteral(source), null).map(Src::name).orElse(null))
        .isEqualTo(src);
  }

  @ParameterizedTest(name = "{0} {1} {2} -> {3}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        // source | request URI | parties, calling first | tenant | rule | direction
        "192.0.2.17 | sip:srs@south.example | sip:+12025550199@south.example | north | SRC host"
            + " | OUTBOUND",
        "192.0.2.18 | sip:srs@north.example | sip:x@y | south | SRC bound | UNKNOWN",
        "192.0.2.1 | sip:srs@NORTH.example:5060 | sip:a@south.example | north"
            + " | request URI host north.example | UNKNOWN",
        "192.0.2.1 | sip:srs@rec.example | sip:a@x.example sip:b@n.example | north"
            + " | party domain n.example | INBOUND",
        "192.0.2.1 | sip:srs@rec.example | sip:a@n.example sip:b@south.example | south"
            + " | party domain south.example | INBOUND",
        "192.0.2.1 | sip:srs@rec.example | sip:a@n.example sip:b@x.example | north"
            + " | party domain n.example | OUTBOUND",
        "192.0.2.1 | sip:srs@rec.example | sip:a@n.example sip:b@north.example | north"
            + " | party domain north.example | INTERNAL",
        "192.0.2.1 | sip:srs@rec.example | sip:a@x sip:b@x sip:c@n.example | north"
            + " | party domain n.example | UNKNOWN",
        // a domain goes before a number
        "192.0.2.1 | sip:srs@rec.example | sip:+12025550101@south.example sip:b@x | south"
            + " | party domain south.example | OUTBOUND",
        "192.0.2.1 | - | tel:+12025550102 tel:+442071838750 | north | number +1202555… | OUTBOUND",
        "192.0.2.1 | - | tel:+442071838750 tel:+12025550102 | north | number +1202555… | INBOUND",
        "192.0.2.1 | - | tel:+12025550103 tel:+12025550102 | north | number +1202555… | INTERNAL",
        "192.0.2.1 | - | tel:+12029990000 tel:+12025550102 | north | number +1202555… | INBOUND",
        // the longest range of all parties decides, whoever's it is
        "192.0.2.1 | - | tel:+12025550199 tel:+12025550102 | south | number +12025550199"
            + " | INTERNAL",
        "192.0.2.1 | - | tel:+12025550101 tel:+12025550199 | south | number +12025550199"
            + " | INTERNAL",
        "192.0.2.1 | - | tel:+12025550199 tel:+12025550101 | north | number +12025550101"
            + " | INTERNAL",
        // numbers without plus
        "192.0.2.1 | - | sip:0012025550101@x sip:9@x | north | number +12025550101 | OUTBOUND",
        "192.0.2.1 | - | sip:12025550101@x sip:9@x | north | number +12025550101 | OUTBOUND",
        "192.0.2.1 | - | sip:4711@x sip:9@x | north | number 4711 | OUTBOUND",
        "192.0.2.1 | - | sip:4712@x sip:9@x | south | number 4… | OUTBOUND",
        "192.0.2.1 | - | sip:1202@x sip:9@x | platform | no rule matched | UNKNOWN",
        "192.0.2.1 | - | tel:+4711 tel:9 | platform | no rule matched | UNKNOWN",
        "192.0.2.1 | - | - | platform | no rule matched | UNKNOWN",
        "198.51.100.1 | sip:srs@rec.example | sip:a@x | platform | no rule matched | UNKNOWN",
      })
  void theFirstRuleThatMatchesDecides(
      String source,
      @Nullable String requestUri,
      @Nullable String aors,
      String tenant,
      String rule,
      Direction direction) {
    TenantMatcher.Match match =
        matcher.match(
            new TenantMatcher.Attributes(
                InetAddress.ofLiteral(source),
                null,
                requestUri == null ? "sip:srs@192.0.2.50" : requestUri,
                parties(aors)));
    assertThat(match.tenant().value()).isEqualTo(tenant);
    assertThat(match.rule()).isEqualTo(rule);
    assertThat(match.direction()).isEqualTo(direction);
    assertThat(match.parties()).hasSameSizeAs(parties(aors));
  }

  @Test
  void fillsInTheHolderOfTheLongestRangeOfTheMatchedTenantOnly() {
    List<Party> parties =
        matcher
            .match(
                new TenantMatcher.Attributes(
                    InetAddress.ofLiteral("192.0.2.17"),
                    null,
                    "sip:srs@rec.example",
                    List.of(
                        party("tel:+12025550101", "DESK 4"),
                        party("tel:+12025550199", "Carol"),
                        party("tel:+12025550102", "Dan"),
                        party("tel:+442071838750", "Eve"))))
            .parties();
    assertThat(parties)
        .containsExactly(
            new Party(
                Side.LEFT,
                "+12025550101",
                "Anna Berg",
                "tel:+12025550101",
                "u1",
                List.of("t1", "t0")),
            new Party(
                Side.LEFT, "+12025550199", "Carol", "tel:+12025550199", null, List.of("desk")),
            party("tel:+12025550102", "Dan"),
            party("tel:+442071838750", "Eve"));
  }

  @Test
  void aTenantWhoseCallItIsKnowsItsOwnPartiesWhateverTheAttributesSay() throws Exception {
    TenantMatcher.Attributes attributes =
        new TenantMatcher.Attributes(
            InetAddress.ofLiteral("192.0.2.18"),
            null,
            "sip:srs@south.example",
            List.of(party("tel:+12025550101", "DESK 4"), party("tel:+12025550199", "Carol")));
    assertThat(matcher.match(attributes).tenant()).isEqualTo(SOUTH);

    TenantMatcher.Match match = matcher.decided(NORTH, "SRC host", attributes);
    assertThat(match.tenant()).isEqualTo(NORTH);
    assertThat(match.rule()).isEqualTo("SRC host");
    assertThat(match.direction()).isEqualTo(Direction.INTERNAL);
    assertThat(match.parties()).extracting(Party::userId).containsExactly("u1", null);
    assertThat(match.parties().getLast().teamIds()).containsExactly("desk");

    TenantMatcher.Match nobodys = matcher.decided(TenantSlug.PLATFORM, "none", attributes);
    assertThat(nobodys.direction()).isEqualTo(Direction.UNKNOWN);
    assertThat(nobodys.parties()).isEqualTo(attributes.parties());
  }

  /** A wide one that proves itself, a narrow one that does, one beside it without. */
  private static final SnapshotTenantMatcher BY_CERTIFICATE =
      new SnapshotTenantMatcher(
          new RecorderSnapshot(
              "v8",
              List.of(),
              List.of(
                  src("wide", "sbc-wide.example", "192.0.2.0/24", "2001:db8::/32"),
                  src("narrow", "sha256:" + "AB:".repeat(31) + "ab", "192.0.2.16/28"),
                  src("same", "sbc-same.example", "192.0.2.64/28"),
                  src("open", null, "192.0.2.64/28"))));

  private static Src src(String name, @Nullable String identity, String... networks) {
    return new Src(
        name,
        List.of(networks),
        null,
        new SrcProfile(SrcProof.TOLERANT, identity, AnswerMode.ALL_CODECS, true));
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "192.0.2.1, sbc-wide.example, 00, wide",
        "192.0.2.1, SBC-Wide.Example, 00, wide",
        "2001:db8::7, sbc-wide.example, 00, wide",
        // Nothing proven, or something else: the longest network, which is then to refuse
        "192.0.2.1, -, -, wide",
        "192.0.2.17, -, -, narrow",
        "192.0.2.17, sbc-x.example, 00, narrow",
        // The certificate decides against the longer network
        "192.0.2.17, sbc-wide.example, 00, wide",
        "192.0.2.17, sbc-x.example, ab, narrow",
        // Of two equal networks the one that demands nothing takes what proves nothing
        "192.0.2.65, sbc-same.example, 00, same",
        "192.0.2.65, -, -, open",
        "192.0.2.65, sbc-x.example, 00, open",
      })
  void whereNetworksOverlapTheCertificateDecides(
      String source, @Nullable String name, @Nullable String hex, String src) {
    TlsIdentity identity =
        name == null || hex == null
            ? null
            : new TlsIdentity("CN=" + name, List.of("other.example", name), hex.repeat(32));
    assertThat(BY_CERTIFICATE.src(InetAddress.ofLiteral(source), identity).map(Src::name))
        .contains(src);
  }

  @Test
  void aSnapshotWithoutProfilesStillLoads() throws Exception {
    byte[] old =
        """
        {"version":"v1","tenants":[],"srcs":[
          {"name":"one","network":"192.0.2.0/24"},{"name":"two","network":"::1","tenant":"north"}]}
        """
            .getBytes(StandardCharsets.UTF_8);
    RecorderSnapshot snapshot = Json.read(old, RecorderSnapshot.class);
    assertThat(snapshot.srcs())
        .containsExactly(new Src("one", "192.0.2.0/24", null), new Src("two", "::1", NORTH));
    assertThat(snapshot.srcs().getFirst().profile()).isEqualTo(SrcProfile.DEFAULT);
    assertThat(SrcProfile.DEFAULT.proof()).isEqualTo(SrcProof.TOLERANT);
    RecorderSnapshot now =
        new RecorderSnapshot("v2", List.of(), List.of(src("s", "a.example", "::1", "127.0.0.1")));
    assertThat(Json.read(Json.bytes(now), RecorderSnapshot.class)).isEqualTo(now);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sha256:abc", "sha256:", "", "two words", "sha256:zz"})
  void refusesAnIdentityThatIsNone(String identity) {
    assertThatThrownBy(() -> src("s", identity, "::1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + identity + "' is no ");
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.0/33",
    "192.0.2.0/-1",
    "192.0.2.0/x",
    "sbc.example.com",
    "''",
    "2001:db8::/129"
  })
  void refusesANetworkThatIsNone(String network) {
    assertThatThrownBy(
            () ->
                new SnapshotTenantMatcher(
                    new RecorderSnapshot("v", List.of(), List.of(new Src("s", network, null)))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + network + "' is no network");
  }

  @Test
  void refusesAnSrcOfATenantThatIsNotThere() {
    assertThatThrownBy(
            () ->
                new SnapshotTenantMatcher(
                    new RecorderSnapshot(
                        "v7", List.of(), List.of(new Src("s", "192.0.2.1", NORTH)))))
        .hasMessage("SRC 's' is bound to tenant 'north', which is not in configuration v7");
  }

  private static List<Party> parties(@Nullable String aors) {
    List<Party> parties = new ArrayList<>();
    if (aors != null) {
      for (String aor : aors.split(" ", -1)) {
        parties.add(party(aor, "N"));
      }
    }
    return parties;
  }

  private static Party party(String aor, String name) {
    return new Party(Side.LEFT, AddressOfRecord.parse(aor).number(), name, aor, null, List.of());
  }

  @ParameterizedTest(name = "{0} {1} -> {2}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        // source | parties, calling first | the number that isn't the tenant's
        "192.0.2.17 | tel:+442071838750 tel:+442071838751 | +442071838750",
        "192.0.2.17 | tel:+12025550101 tel:+442071838751 | -",
        "192.0.2.17 | tel:+442071838750 tel:+12025550101 | -",
        "192.0.2.17 | sip:+442071838750@n.example tel:+12025550101 | +442071838750",
        "192.0.2.17 | sip:anna@n.example tel:+442071838751 | -",
        "192.0.2.17 | sip:a@x.example sip:b@x.example | -",
        "192.0.2.1 | sip:a@x.example sip:b@x.example | -",
      })
  void aNumberThatIsClaimedForATenantAndNotItsOwnIsFound(
      String source, String parties, @Nullable String foreign) {
    assertThat(screened(matcher, source, parties)).isEqualTo(foreign);
  }

  @Test
  void nothingIsFoundWhereATenantIsNotScreenedOrHasNoNumbers() {
    List<Number> numbers = List.of(new Number("+1202", true, null, null, List.of()));
    for (Tenant tenant :
        List.of(
            new Tenant(NORTH, ZONE, Set.of(), numbers, CallLimits.NONE, false),
            new Tenant(NORTH, ZONE, Set.of(), List.of()))) {
      SnapshotTenantMatcher other =
          new SnapshotTenantMatcher(
              new RecorderSnapshot(
                  "v", List.of(tenant), List.of(new Src("s", "192.0.2.17", NORTH))));
      assertThat(screened(other, "192.0.2.17", "tel:+442071838750 tel:+442071838751")).isNull();
    }
  }

  private static @Nullable String screened(
      SnapshotTenantMatcher matcher, String source, String parties) {
    return matcher
        .match(
            new TenantMatcher.Attributes(
                InetAddress.ofLiteral(source), null, "sip:srs@rec.example", parties(parties)))
        .foreignNumber();
  }
}
