package io.earwitness.app;

import com.fasterxml.jackson.core.type.TypeReference;
import io.earwitness.access.Role;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import io.earwitness.portal.PasswordHasher;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.ZoneId;
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

  private record Person(TenantSlug tenant, Role role, String displayName) {}

  private static final List<Person> PEOPLE =
      List.of(
          new Person(TenantSlug.PLATFORM, Role.OPERATOR, "Otto Operator"),
          new Person(ACME, Role.TENANT_ADMIN, "Tara Admin"),
          new Person(ACME, Role.RECORDING_ADMIN, "Rita Recording"),
          new Person(ACME, Role.COMPLIANCE_OFFICER, "Clara Officer"),
          new Person(ACME, Role.SUPERVISOR, "Susan Super"),
          new Person(ACME, Role.ANALYST, "Anna Lytics"),
          new Person(ACME, Role.AUDITOR, "Audrey Audit"),
          new Person(ACME, Role.USER, "Emma Berg"),
          new Person(GLOBEX, Role.TENANT_ADMIN, "Theo Admin"),
          new Person(GLOBEX, Role.RECORDING_ADMIN, "Ralf Recording"),
          new Person(GLOBEX, Role.COMPLIANCE_OFFICER, "Carl Officer"),
          new Person(GLOBEX, Role.SUPERVISOR, "Sven Super"),
          new Person(GLOBEX, Role.ANALYST, "Arno Lytics"),
          new Person(GLOBEX, Role.AUDITOR, "Aldo Audit"),
          new Person(GLOBEX, Role.USER, "Erik Stone"));

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
      return read(file);
    }
    // Passwords first, under another name: a start that is broken off goes on with the same ones
    Path draft = data.resolve(LOGINS + ".draft");
    if (!Files.exists(draft)) {
      SecretFile.writePrivately(draft, Json.bytes(PEOPLE.stream().map(this::login).toList()));
    }
    List<Login> logins = read(draft);
    provisioning.tenant(
        new Directory.Tenant(TenantSlug.PLATFORM, "Platform", ZoneId.of("UTC"), Set.of(), 1));
    provisioning.tenant(tenant(ACME, "Acme Bank", "Europe/London", "acme.example"));
    provisioning.tenant(tenant(GLOBEX, "Globex Securities", "America/New_York", "globex.example"));
    for (int i = 0; i < logins.size(); i++) {
      user(PEOPLE.get(i), logins.get(i).password());
    }
    business(ACME, "+4420794601", ACME_NUMBER);
    business(GLOBEX, "+12025550", GLOBEX_NUMBER);
    provisioning.src(new RecorderSnapshot.Src("loopback", "127.0.0.0/8", null));
    provisioning.src(new RecorderSnapshot.Src("loopback-6", "::1", null));
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    return logins;
  }

  private static List<Login> read(Path file) throws IOException {
    return Json.mapper().readValue(file.toFile(), new TypeReference<List<Login>>() {});
  }

  private static Directory.Tenant tenant(TenantSlug slug, String name, String zone, String domain) {
    return new Directory.Tenant(slug, name, ZoneId.of(zone), Set.of(domain), 1);
  }

  /** A desk, its numbers and its keys. */
  private void business(TenantSlug slug, String range, String ownNumber) throws IOException {
    provisioning.team(new Directory.Team("trading", slug, "trading", null));
    provisioning.member(slug, "trading", Role.USER.wireName());
    provisioning.member(slug, "trading", Role.SUPERVISOR.wireName());
    Instant now = Instant.now();
    provisioning.number(new Directory.NumberRange(slug, range, true, null, now));
    provisioning.number(
        new Directory.NumberRange(slug, ownNumber, false, Role.USER.wireName(), now));
    exportKeys(slug);
  }

  private Login login(Person person) {
    String role = person.role().wireName();
    return new Login(person.tenant().value(), role, password(), List.of(role));
  }

  private void user(Person person, String password) {
    provisioning.user(
        new Directory.User(
            UUID.randomUUID().toString(),
            person.tenant(),
            person.role().wireName(),
            person.displayName(),
            new PasswordHasher().hash(password.toCharArray()),
            Set.of(person.role()),
            true));
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
