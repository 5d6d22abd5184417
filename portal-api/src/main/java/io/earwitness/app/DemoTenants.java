package io.earwitness.app;

import com.fasterxml.jackson.core.type.TypeReference;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.Role;
import io.earwitness.archive.crypto.CryptoException;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import io.earwitness.portal.PasswordHasher;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** The demo's two tenants with one person for each role, their numbers, teams and keys. */
final class DemoTenants {
  static final TenantSlug ACME = new TenantSlug("acme");
  static final TenantSlug GLOBEX = new TenantSlug("globex");

  /** From the ranges that Ofcom and the NANP keep for fiction. */
  static final String ACME_NUMBER = "+442079460101";

  static final String GLOBEX_NUMBER = "+12025550101";

  /** The name of the file with all logins in the data folder. */
  static final String LOGINS = "demo-logins.json";

  private static final String PASSWORD_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";
  private static final int PASSWORD_LENGTH = 16;

  /** One line of the table of logins. */
  record Login(String tenant, String user, String password, List<String> roles) {}

  private final Installation installation;
  private final Provisioning provisioning;
  private final Path data;
  private final SecureRandom random = new SecureRandom();

  DemoTenants(Installation installation, Path data) {
    this.installation = installation;
    this.provisioning = installation.provisioning("cli:demo");
    this.data = data;
  }

  /**
   * Makes what is missing and returns everybody's login; in a data folder of an earlier demo the
   * logins stay as they were.
   */
  List<Login> create() throws IOException {
    Path file = data.resolve(LOGINS);
    if (Files.exists(file)) {
      return Json.mapper().readValue(file.toFile(), new TypeReference<List<Login>>() {});
    }
    List<Login> logins = new ArrayList<>();
    platform(logins);
    tenant(logins, ACME, "Acme Bank", "Europe/London", "acme.example", "+4420794601*", ACME_NUMBER);
    tenant(
        logins,
        GLOBEX,
        "Globex Securities",
        "America/New_York",
        "globex.example",
        "+12025550*",
        GLOBEX_NUMBER);
    provisioning.src(new RecorderSnapshot.Src("loopback", "127.0.0.0/8", null));
    provisioning.src(new RecorderSnapshot.Src("loopback-6", "::1", null));
    SecretFile.writePrivately(file, Json.bytes(logins));
    return logins;
  }

  private void platform(List<Login> logins) throws CryptoException {
    provisioning.tenant(
        new Directory.Tenant(TenantSlug.PLATFORM, "Platform", ZoneId.of("UTC"), Set.of(), 1));
    logins.add(user(TenantSlug.PLATFORM, Role.OPERATOR, "Otto Operator"));
  }

  private void tenant(
      List<Login> logins,
      TenantSlug slug,
      String name,
      String zone,
      String domain,
      String range,
      String ownNumber)
      throws IOException {
    provisioning.tenant(new Directory.Tenant(slug, name, ZoneId.of(zone), Set.of(domain), 1));
    boolean acme = slug.equals(ACME);
    logins.add(user(slug, Role.TENANT_ADMIN, acme ? "Tara Admin" : "Theo Admin"));
    logins.add(user(slug, Role.RECORDING_ADMIN, acme ? "Rita Recording" : "Ralf Recording"));
    logins.add(user(slug, Role.COMPLIANCE_OFFICER, acme ? "Clara Officer" : "Carl Officer"));
    logins.add(user(slug, Role.SUPERVISOR, acme ? "Susan Super" : "Sven Super"));
    logins.add(user(slug, Role.ANALYST, acme ? "Anna Lytics" : "Arno Lytics"));
    logins.add(user(slug, Role.AUDITOR, acme ? "Audrey Audit" : "Aldo Audit"));
    logins.add(user(slug, Role.USER, acme ? "Emma Berg" : "Erik Stone"));
    provisioning.team(new Directory.Team("trading", slug, "trading", null));
    provisioning.member(slug, "trading", Role.USER.wireName());
    provisioning.member(slug, "trading", Role.SUPERVISOR.wireName());
    Instant now = Instant.now();
    provisioning.number(
        new Directory.NumberRange(slug, range.substring(0, range.length() - 1), true, null, now));
    provisioning.number(
        new Directory.NumberRange(slug, ownNumber, false, Role.USER.wireName(), now));
    exportKeys(slug);
  }

  private Login user(TenantSlug tenant, Role role, String displayName) {
    String password = password();
    provisioning.user(
        new Directory.User(
            UUID.randomUUID().toString(),
            tenant,
            role.wireName(),
            displayName,
            new PasswordHasher().hash(password.toCharArray()),
            Set.of(role),
            true));
    return new Login(tenant.value(), role.wireName(), password, List.of(role.wireName()));
  }

  private String password() {
    StringBuilder password = new StringBuilder();
    random
        .ints(PASSWORD_LENGTH, 0, PASSWORD_LETTERS.length())
        .forEach(i -> password.append(PASSWORD_LETTERS.charAt(i)));
    return password.toString();
  }

  /** The demo gives its private keys away, so that one can try openssl on its recordings. */
  private void exportKeys(TenantSlug tenant) throws IOException {
    Path folder = data.resolve("demo-keys");
    if (!Files.isDirectory(folder)) {
      Files.createDirectory(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    for (X509Certificate certificate : installation.tenantKeys().certificates(tenant)) {
      String kind = certificate.getPublicKey().getAlgorithm().equals("RSA") ? "rsa" : "ec";
      String pem = provisioning.exportKey(tenant, certificate);
      SecretFile.writePrivately(
          folder.resolve(tenant + "-" + kind + ".pem"), pem.getBytes(StandardCharsets.US_ASCII));
    }
  }
}
