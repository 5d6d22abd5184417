package io.earwitness.app;

import io.earwitness.archive.catalog.SrcReports;
import io.earwitness.call.AnswerMode;
import io.earwitness.call.RecorderSnapshot.Src;
import io.earwitness.call.SrcProfile;
import io.earwitness.call.SrcProof;
import io.earwitness.call.TenantSlug;
import io.earwitness.portal.SrcView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code admin src}. */
@Command(
    name = "src",
    description = "Session recording clients: SBCs that may send calls.",
    mixinStandardHelpOptions = true)
final class SrcCommand extends AdminCommand.Base {
  private static final String NONE = "none";

  /** How an SRC is treated; what is not given stays, or is the default of a new one. */
  static final class Treatment {
    @Option(
        names = "--tenant",
        description = "The tenant of all its calls, or 'none': each call tells its own.")
    @Nullable String tenant;

    @Option(
        names = "--proof",
        paramLabel = "strict|tolerant|any",
        description =
            "What proves a recording session. strict: +sip.src in Contact and siprec in Require"
                + " (RFC 7866); tolerant (default): any sign of one; any: every INVITE.")
    @Nullable SrcProof proof;

    @Option(
        names = "--tls-identity",
        paramLabel = "NAME|sha256:HEX|none",
        description =
            "What its client certificate must have: a CN or subject alternative name, or this"
                + " fingerprint. Calls without it are refused.")
    @Nullable String tlsIdentity;

    @Option(
        names = "--answer",
        paramLabel = "all-codecs|one-codec",
        description = "Which payload types are answered: every one (default), or one of them.")
    @Nullable AnswerMode answer;

    @Option(
        names = "--options",
        paramLabel = "true|false",
        arity = "1",
        description =
            "Whether its OPTIONS outside of calls are answered 200 (default), or 503, so that it"
                + " sends new calls elsewhere.")
    @Nullable Boolean options;

    @Option(
        names = "--not-recorded",
        paramLabel = "inactive|STATUS",
        description =
            "How its calls are answered that no policy has recorded: inactive (default), 200 with all"
                + " streams inactive; or a status such as 403 or 603, which may end the call.")
    @Nullable String notRecorded;

    private @Nullable Integer notRecorded(@Nullable Integer now) {
      if (notRecorded == null) {
        return now;
      }
      try {
        return notRecorded.equals("inactive") ? null : Integer.valueOf(notRecorded);
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "--not-recorded is '%s'; write inactive or a status such as 403".formatted(notRecorded),
            e);
      }
    }

    Src of(String name, List<String> networks, @Nullable TenantSlug was, SrcProfile now) {
      TenantSlug owner = tenant == null ? was : tenant.equals(NONE) ? null : new TenantSlug(tenant);
      String identity =
          tlsIdentity == null ? now.tlsIdentity() : tlsIdentity.equals(NONE) ? null : tlsIdentity;
      return new Src(
          name,
          networks,
          owner,
          new SrcProfile(
              Objects.requireNonNullElse(proof, now.proof()),
              identity,
              Objects.requireNonNullElse(answer, now.answer()),
              Objects.requireNonNullElse(options, now.options()),
              notRecorded(now.notRecordedStatus())));
    }
  }

  @Command(description = "Adds an SRC. One of this name that is there stays as it is: see set.")
  int add(
      @Option(names = "--name", required = true) String name,
      @Option(
              names = "--network",
              required = true,
              split = ",",
              description = "Addresses, or CIDR; several with commas between them.")
          List<String> networks,
      @Mixin Treatment treatment)
      throws Exception {
    return with(
        (installation, provisioning) -> {
          Src src = treatment.of(name, networks, null, SrcProfile.DEFAULT);
          return added(
              toldOf(provisioning.src(src), installation, provisioning, owner(src), "src.add"),
              "src " + name);
        });
  }

  @Command(description = "Changes an SRC; what is not given stays as it is.")
  int set(
      @Option(names = "--name", required = true) String name,
      @Option(
              names = "--network",
              split = ",",
              description = "Addresses, or CIDR, in place of those that it has.")
          @Nullable List<String> networks,
      @Mixin Treatment treatment)
      throws Exception {
    return with(
        (installation, provisioning) -> {
          Src now =
              installation.directory().srcs().stream()
                  .filter(src -> src.name().equals(name))
                  .findFirst()
                  .orElseThrow(() -> noSuch(name));
          Src next =
              treatment.of(
                  name, networks == null ? now.networks() : networks, now.tenant(), now.profile());
          Map<String, Object> result = new LinkedHashMap<>();
          result.put(
              "changed",
              toldOf(
                  provisioning.setSrc(next), installation, provisioning, owner(next), "src.set"));
          result.put("what", "src " + name);
          return result;
        });
  }

  private static TenantSlug owner(Src src) {
    return src.tenant() == null ? TenantSlug.PLATFORM : src.tenant();
  }

  private static IllegalArgumentException noSuch(String name) {
    return new IllegalArgumentException("there is no SRC '%s'; see 'src list'".formatted(name));
  }

  @Command(description = "Lists SRCs and how they are treated.")
  int list() throws Exception {
    return with(
        (installation, _) ->
            installation.directory().srcs().stream().map(SrcView.Profile::of).toList());
  }

  @Command(
      description =
          "Says in what an SRC departs from the RFCs, how often, and what to change on the SBC.")
  int report(@Parameters(paramLabel = "NAME") String name) throws Exception {
    return with(
        (installation, provisioning) -> {
          SrcReports.SrcReport report =
              provisioning
                  .srcReport(installation.database().srcReports(), name)
                  .orElseThrow(() -> noSuch(name));
          return json ? SrcView.Conformance.of(report) : lines(report);
        });
  }

  private static List<String> lines(SrcReports.SrcReport report) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "SRC %s: calls recorded %d, refused %d%s"
            .formatted(
                report.src().name(),
                report.calls(),
                report.refused(),
                report.lastSeen() == null ? "" : ", the last one at " + report.lastSeen()));
    if (report.deviations().isEmpty()) {
      lines.add("No deviation was seen.");
    }
    for (SrcReports.DeviationCount count : report.deviations()) {
      lines.add("");
      lines.add("%s (%s)".formatted(count.deviation().wireName(), count.deviation().rule()));
      lines.add("  " + count.deviation().meaning());
      lines.add("  " + count.deviation().remedy());
      lines.add(
          "  Calls with it: %d since %s; the last one at %s is %s: %s"
              .formatted(
                  count.calls(),
                  count.firstSeen(),
                  count.lastSeen(),
                  count.lastCall(),
                  count.lastDetail()));
    }
    return lines;
  }
}
