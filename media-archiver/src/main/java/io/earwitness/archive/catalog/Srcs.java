package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.SRC;

import io.earwitness.archive.catalog.generated.tables.records.SrcRecord;
import io.earwitness.call.AnswerMode;
import io.earwitness.call.RecorderSnapshot.Src;
import io.earwitness.call.SrcProfile;
import io.earwitness.call.SrcProof;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jooq.DSLContext;

/** Session recording clients. */
final class Srcs {
  private final Transactions transactions;
  private final Clock clock;

  Srcs(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  /** All SRCs that the transaction may see, by name. */
  static List<Src> list(DSLContext sql) {
    return sql.selectFrom(SRC).orderBy(SRC.NAME).fetch(Srcs::src);
  }

  private static Src src(SrcRecord row) {
    return new Src(
        row.getName(),
        List.of(row.getNetworks()),
        row.getTenant() == null ? null : new TenantSlug(row.getTenant()),
        new SrcProfile(
            WireName.parse(SrcProof.class, row.getProof()),
            row.getTlsIdentity(),
            WireName.parse(AnswerMode.class, row.getAnswer()),
            row.getOptions(),
            row.getNotRecordedStatus()));
  }

  static SrcRecord row(Src src) {
    TenantSlug tenant = src.tenant();
    SrcRecord row = new SrcRecord();
    row.setNetworks(src.networks().toArray(String[]::new));
    row.setTenant(tenant == null ? null : tenant.value());
    row.setProof(src.profile().proof().wireName());
    row.setTlsIdentity(src.profile().tlsIdentity());
    row.setAnswer(src.profile().answer().wireName());
    row.setOptions(src.profile().options());
    row.setNotRecordedStatus(src.profile().notRecordedStatus());
    return row;
  }

  boolean add(Src src, String actor) {
    SrcRecord row = checked(src);
    row.setName(Text.clean(src.name()));
    Instant now = CallRows.micros(clock.instant());
    row.setAddedAt(now);
    return transactions.inTenant(
        TenantSlug.PLATFORM,
        sql -> {
          int rows = sql.insertInto(SRC).set(row).onConflictDoNothing().execute();
          if (rows > 0) {
            Journal.write(sql, TenantSlug.PLATFORM, now, actor, "src.add", src);
          }
          return rows > 0;
        });
  }

  boolean set(Src src, String actor) {
    SrcRecord row = checked(src);
    return transactions.inTenant(
        TenantSlug.PLATFORM,
        sql -> {
          SrcRecord now = sql.selectFrom(SRC).where(SRC.NAME.eq(src.name())).forUpdate().fetchOne();
          if (now == null) {
            throw new IllegalArgumentException("there is no SRC '%s'".formatted(src.name()));
          }
          if (src(now).equals(src)) {
            return false;
          }
          sql.update(SRC).set(row).where(SRC.NAME.eq(src.name())).execute();
          Journal.write(sql, TenantSlug.PLATFORM, clock.instant(), actor, "src.set", src);
          return true;
        });
  }

  private static SrcRecord checked(Src src) {
    src.networks().forEach(Srcs::checkNetwork);
    return row(src);
  }

  private static void checkNetwork(String network) {
    int slash = network.indexOf('/');
    String address = slash < 0 ? network : network.substring(0, slash);
    try {
      int bits = InetAddress.ofLiteral(address).getAddress().length * 8;
      int length = slash < 0 ? bits : Integer.parseInt(network.substring(slash + 1));
      if (length >= 0 && length <= bits) {
        return;
      }
    } catch (IllegalArgumentException e) {
      // Said below, for either part
    }
    throw new IllegalArgumentException(
        "'%s' is no network: an IP address, or one with '/' and the length of its prefix"
            .formatted(network));
  }
}
