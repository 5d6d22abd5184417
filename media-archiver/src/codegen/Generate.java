import io.earwitness.archive.catalog.embedded.EmbeddedPostgres;
import io.earwitness.archive.catalog.embedded.PostgresBinaries;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.jooq.codegen.GenerationTool;
import org.jooq.meta.jaxb.Configuration;
import org.jooq.meta.jaxb.Database;
import org.jooq.meta.jaxb.ForcedType;
import org.jooq.meta.jaxb.Generator;
import org.jooq.meta.jaxb.Jdbc;
import org.jooq.meta.jaxb.Target;

/** Migrates a throw-away embedded PostgreSQL and lets jOOQ generate classes from what is there. */
class Generate {
  public static void main(String[] args) throws Exception {
    Path migrations = Path.of(args[0]);
    Path output = Path.of(args[1]);
    Path directory = Path.of(args[2]);
    System.out.println("Generating the catalog's classes from " + migrations.getFileName());
    delete(directory);
    delete(output);
    try (EmbeddedPostgres postgres =
        EmbeddedPostgres.start(
            directory, PostgresBinaries.bundled(PostgresBinaries.userCache()), 0)) {
      String url = postgres.jdbcUrl("postgres");
      String user = postgres.adminUser();
      String password = postgres.adminPassword();
      try (Connection connection = DriverManager.getConnection(url, user, password);
          Statement statement = connection.createStatement()) {
        for (String role : List.of("app", "worker", "feed")) {
          statement.execute("create role earwitness_" + role);
        }
      }
      Flyway.configure()
          .dataSource(url, user, password)
          .locations("filesystem:" + migrations)
          .defaultSchema("earwitness")
          .placeholders(
              Map.of(
                  "app", "earwitness_app",
                  "worker", "earwitness_worker",
                  "feed", "earwitness_feed"))
          .load()
          .migrate();
      GenerationTool.generate(configuration(url, user, password, output));
    }
    delete(directory);
  }

  private static Configuration configuration(
      String url, String user, String password, Path output) {
    return new Configuration()
        .withJdbc(new Jdbc().withUrl(url).withUser(user).withPassword(password))
        .withGenerator(
            new Generator()
                .withDatabase(
                    new Database()
                        .withName("org.jooq.meta.postgres.PostgresDatabase")
                        .withInputSchema("earwitness")
                        .withExcludes("flyway_schema_history")
                        .withIncludeRoutines(false)
                        .withForcedTypes(
                            new ForcedType()
                                .withName("INSTANT")
                                .withIncludeTypes("timestamp\\ with\\ time\\ zone|timestamptz")))
                .withGenerate(
                    new org.jooq.meta.jaxb.Generate()
                        .withImplicitJoinPathsToOne(false)
                        .withImplicitJoinPathsToMany(false)
                        .withImplicitJoinPathsManyToMany(false))
                .withTarget(
                    new Target()
                        .withPackageName("io.earwitness.archive.catalog.generated")
                        .withDirectory(output.toString())));
  }

  private static void delete(Path path) throws java.io.IOException {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> below = Files.walk(path)) {
      for (Path each : below.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
