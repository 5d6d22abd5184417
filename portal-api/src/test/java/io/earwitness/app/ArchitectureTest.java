package io.earwitness.app;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.earwitness.audit.CanonicalEntry;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** What DESIGN calls the modules' directions and the walls around technologies. */
class ArchitectureTest {
  private static final String GENERATED = "io.earwitness.archive.catalog.generated..";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          // What other modules' tests share comes as a jar once the modules are packaged
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("io.earwitness");

  /** A rule over no classes passes; this one makes sure that there are some. */
  @Test
  void allModulesAreLookedAt() {
    assertThat(CLASSES.size()).isGreaterThan(250);
    assertThat(CLASSES.stream().map(c -> c.getPackageName().split("\\.")[2]).distinct())
        .contains(
            "access",
            "app",
            "archive",
            "audit",
            "call",
            "capture",
            "json",
            "portal",
            "recorder",
            "search");
  }

  @Test
  void modulesDependDownwardsOnly() {
    layer("io.earwitness.call..", "io.earwitness.call..");
    layer("io.earwitness.access..", "io.earwitness.access..", "io.earwitness.call..");
    layer("io.earwitness.alarm..", "io.earwitness.alarm..", "io.earwitness.call..");
    layer(
        "io.earwitness.approval..",
        "io.earwitness.approval..",
        "io.earwitness.access..",
        "io.earwitness.call..");
    layer("io.earwitness.outbound..", "io.earwitness.outbound..");
    layer("io.earwitness.syslog..", "io.earwitness.syslog..", "io.earwitness.outbound..");
    layer(
        "io.earwitness.notify..",
        "io.earwitness.notify..",
        "io.earwitness.alarm..",
        "io.earwitness.call..",
        "io.earwitness.json..",
        "io.earwitness.outbound..",
        "io.earwitness.syslog..");
    layer("io.earwitness.json..", "io.earwitness.json..", "io.earwitness.call..");
    layer(
        "io.earwitness.audit..",
        "io.earwitness.audit..",
        "io.earwitness.call..",
        "io.earwitness.json..");
    layer(
        "io.earwitness.capture..",
        "io.earwitness.capture..",
        "io.earwitness.call..",
        "io.earwitness.json..");
    layer(
        "io.earwitness.archive..",
        "io.earwitness.archive..",
        "io.earwitness.access..",
        "io.earwitness.alarm..",
        "io.earwitness.approval..",
        "io.earwitness.notify..",
        "io.earwitness.outbound..",
        "io.earwitness.syslog..",
        "io.earwitness.capture..",
        "io.earwitness.call..",
        "io.earwitness.audit..",
        "io.earwitness.json..");
    layer(
        "io.earwitness.recorder..",
        "io.earwitness.recorder..",
        "io.earwitness.capture..",
        "io.earwitness.call..",
        "io.earwitness.json..");
    layer(
        "io.earwitness.search..",
        "io.earwitness.search..",
        "io.earwitness.access..",
        "io.earwitness.archive..",
        "io.earwitness.call..",
        "io.earwitness.audit..",
        "io.earwitness.json..");
    noClasses()
        .that(resideInAPackage("io.earwitness.portal.."))
        .should()
        .dependOnClassesThat(resideInAPackage("io.earwitness.app.."))
        .check(CLASSES);
  }

  private static void layer(String layer, String... allowed) {
    classes()
        .that(resideInAPackage(layer))
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(allowed).or(not(resideInAPackage("io.earwitness.."))))
        .check(CLASSES);
  }

  @Test
  void theDomainUsesTheJdkOnly() {
    classes()
        .that(
            resideInAnyPackage(
                "io.earwitness.call..",
                "io.earwitness.access..",
                "io.earwitness.alarm..",
                "io.earwitness.approval.."))
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(
                "io.earwitness.call..",
                "io.earwitness.access..",
                "io.earwitness.alarm..",
                "io.earwitness.approval..",
                "java..",
                "org.jspecify.."))
        .check(CLASSES);
  }

  @Test
  void packagesFormNoCycles() {
    slices()
        .matching("io.earwitness.(**)")
        .should()
        .beFreeOfCycles()
        .check(CLASSES.that(not(resideInAPackage(GENERATED))));
  }

  @Test
  void eachTechnologyIsImportedByOnePackageOfAModule() {
    only("io.earwitness.recorder.sip..", "javax.sip..", "gov.nist..");
    only("io.earwitness.recorder.srtp..", "org.jitsi..");
    only("io.earwitness.search..", "org.apache.lucene..");
    only("io.earwitness.recorder.dtls..", "org.bouncycastle.tls..");
    only("io.earwitness.portal.imports..", "org.apache.commons.csv..");
    only("io.earwitness.portal.docs..", "org.commonmark..");
    only(
        List.of("io.earwitness.archive.crypto..", "io.earwitness.recorder.dtls.."),
        "org.bouncycastle.asn1..");
    only(
        "io.earwitness.archive.crypto..",
        "org.bouncycastle.cms..",
        "org.bouncycastle.cert..",
        "org.bouncycastle.operator..",
        "org.bouncycastle.pkcs..",
        "org.bouncycastle.openssl..");
    only("io.earwitness.archive.store.s3..", "software.amazon..");
    only(
        "io.earwitness.archive.catalog..",
        "org.jooq..",
        "org.flywaydb..",
        "java.sql..",
        "org.postgresql..",
        "com.zaxxer..");
    only("io.earwitness.retention.delivery.sftp..", "org.apache.sshd..");
    only("io.earwitness.archive.cdr..", "org.apache.parquet..", "com.jerolba..");
    only("io.earwitness.archive.numbering..", "com.google.i18n..");
    only("io.earwitness.archive.media..", "org.bytedeco..");
    only("io.earwitness.notify..", "jakarta.mail..");
    only("io.earwitness.portal..", "io.javalin..");
    only("io.earwitness.portal.oidc..", "com.nimbusds..", "net.minidev..");
    only("io.earwitness.app..", "picocli..");
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("org.duckdb..", "org.testcontainers..", "org.junit.."))
        .check(CLASSES);
  }

  private static void only(String home, String... technology) {
    only(List.of(home), technology);
  }

  private static void only(List<String> homes, String... technology) {
    noClasses()
        .that(not(resideInAnyPackage(homes.toArray(String[]::new))))
        .should()
        .dependOnClassesThat(resideInAnyPackage(technology))
        .check(CLASSES);
  }

  /** Otherwise a mistake of the writer would be verified by the same mistake. */
  @Test
  void whoVerifiesTheAuditLogsSharesNoCodeWithWhoWritesThem() {
    noClasses()
        .that(resideInAPackage("io.earwitness.audit.verify.."))
        .should()
        .dependOnClassesThat(resideInAPackage("io.earwitness.audit.tree.."))
        .orShould()
        .dependOnClassesThat(type(CanonicalEntry.class))
        .check(CLASSES);
    noClasses()
        .that(resideInAnyPackage("io.earwitness.audit", "io.earwitness.audit.tree.."))
        .should()
        .dependOnClassesThat(resideInAPackage("io.earwitness.audit.verify.."))
        .check(CLASSES);
    assertThat(CLASSES.stream().filter(c -> c.getPackageName().startsWith("io.earwitness.audit.")))
        .hasSizeGreaterThan(15);
  }

  @Test
  void objectKeysAreBuiltInOneClass() {
    assertThat(
            CLASSES.stream()
                .filter(c -> c.getPackageName().startsWith("io.earwitness"))
                .filter(c -> !c.getSimpleName().equals("ObjectKeys"))
                .filter(ArchitectureTest::namesAnObject)
                .map(JavaClass::getName))
        .isEmpty();
  }

  /** Whether a class file holds the beginnings of an object key as a string constant. */
  private static boolean namesAnObject(JavaClass type) {
    return type
        .getSource()
        .map(source -> ClassStrings.of(source.getUri()))
        .orElse(List.of())
        .stream()
        .anyMatch(
            text ->
                text.contains("/recordings/%")
                    || text.contains("/journal/%")
                    || text.contains("/audit/%"));
  }

  @Test
  void everyPackageIsNullMarked() {
    var unmarked = new TreeSet<String>();
    for (JavaClass type : CLASSES) {
      JavaPackage owner = type.getPackage();
      if (!owner.isAnnotatedWith(NullMarked.class) && !generated(type)) {
        unmarked.add(owner.getName());
      }
    }
    assertThat(unmarked).isEmpty();
  }

  private static boolean generated(JavaClass type) {
    return resideInAPackage(GENERATED).test(type);
  }

  @Test
  void nothingReflectsOrTakesClassNamesFromText() {
    DescribedPredicate<JavaClass> reflection = resideInAnyPackage("java.lang.reflect..");
    noClasses()
        .that(not(resideInAPackage(GENERATED)))
        .should()
        .dependOnClassesThat(reflection)
        .check(CLASSES);
  }
}
