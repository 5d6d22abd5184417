package io.earwitness.portal.imports;

import io.earwitness.archive.catalog.Directory;
import io.earwitness.call.AnswerMode;
import io.earwitness.call.Network;
import io.earwitness.call.RecorderSnapshot.Src;
import io.earwitness.call.SrcProfile;
import io.earwitness.call.SrcProof;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import io.earwitness.portal.imports.AllocationPlan.Change;
import io.earwitness.portal.imports.CsvTable.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Rows that are session recording clients; an empty cell leaves things as they are. */
final class AllocatedSrcs {
  private static final String NONE = ImportPlan.NONE;

  private final List<BadCell> bad;
  private final List<Change> changes;
  private final Tenants tenants;
  private final Map<String, Src> present = new HashMap<>();

  AllocatedSrcs(Directory directory, List<BadCell> bad, List<Change> changes) {
    this.bad = bad;
    this.changes = changes;
    this.tenants = new Tenants(directory);
    directory.srcs().forEach(src -> present.put(src.name(), src));
  }

  void read(List<Row> rows) {
    Set<String> seen = new HashSet<>();
    for (Row row : rows) {
      String name = row.cell("src");
      if (name.isEmpty() || name.length() > ImportPlan.MAX_NAME) {
        bad.add(row.bad("src", "a name of at most 200 characters"));
      } else if (!seen.add(name)) {
        bad.add(row.bad("src", "each recording client once in the file"));
      } else {
        src(row, name, present.get(name));
      }
    }
  }

  private void src(Row row, String name, @Nullable Src now) {
    int before = bad.size();
    List<String> networks = networks(row, now);
    TenantSlug tenant = tenant(row, now);
    SrcProfile profile = profile(row, now == null ? SrcProfile.DEFAULT : now.profile());
    if (bad.size() > before) {
      return;
    }
    Src wanted = new Src(name, networks, tenant, profile);
    if (wanted.equals(now)) {
      return;
    }
    TenantSlug concerned = tenant == null ? TenantSlug.PLATFORM : tenant;
    boolean moved = now != null && !Objects.equals(now.tenant(), tenant);
    changes.add(
        new Change(
            now == null ? "src.add" : "src.set",
            "src:" + name,
            moved ? TenantSlug.PLATFORM : concerned,
            Map.of("profile", text(wanted)),
            now == null ? "" : text(now),
            text(wanted),
            null,
            (directory, _, actor) -> {
              if (now == null) {
                directory.addSrc(wanted, actor);
              } else {
                directory.setSrc(wanted, actor);
              }
            }));
  }

  private List<String> networks(Row row, @Nullable Src now) {
    String cell = row.cell("networks");
    if (cell.isEmpty() && now != null) {
      return now.networks();
    }
    List<String> networks = new ArrayList<>();
    for (String text : Arrays.stream(cell.split("\\|")).map(String::strip).toList()) {
      try {
        Network.parse(text);
        networks.add(text);
      } catch (IllegalArgumentException e) {
        bad.add(row.bad("networks", "addresses or networks, with | between them"));
        return List.of();
      }
    }
    return networks;
  }

  private @Nullable TenantSlug tenant(Row row, @Nullable Src now) {
    String cell = row.cell("tenant");
    if (cell.isEmpty()) {
      return now == null ? null : now.tenant();
    }
    Optional<TenantSlug> named = cell.equals(NONE) ? Optional.empty() : tenants.named(row, bad);
    return named.orElse(null);
  }

  private SrcProfile profile(Row row, SrcProfile now) {
    String identity = row.cell("tls-identity");
    String options = row.cell("options");
    if (!Set.of("", "true", "false").contains(options)) {
      bad.add(row.bad("options", "true or false"));
    }
    try {
      return new SrcProfile(
          parse(row, "proof", SrcProof.class, now.proof()),
          identity.isEmpty() ? now.tlsIdentity() : identity.equals(NONE) ? null : identity,
          parse(row, "answer", AnswerMode.class, now.answer()),
          options.isEmpty() ? now.options() : options.equals("true"),
          now.notRecordedStatus());
    } catch (IllegalArgumentException e) {
      bad.add(row.bad("tls-identity", String.valueOf(e.getMessage())));
      return now;
    }
  }

  private <E extends Enum<E> & WireName> E parse(Row row, String column, Class<E> type, E now) {
    String cell = row.cell(column);
    if (cell.isEmpty()) {
      return now;
    }
    try {
      return WireName.parse(type, cell);
    } catch (IllegalArgumentException e) {
      bad.add(row.bad(column, String.valueOf(e.getMessage())));
      return now;
    }
  }

  private static String text(Src src) {
    SrcProfile profile = src.profile();
    return "%s, tenant %s, proof %s, TLS identity %s, answer %s, OPTIONS %s"
        .formatted(
            String.join("|", src.networks()),
            src.tenant() == null ? "by each call" : src.tenant().value(),
            profile.proof().wireName(),
            profile.tlsIdentity() == null ? "none" : profile.tlsIdentity(),
            profile.answer().wireName(),
            profile.options() ? "200" : "503");
  }
}
