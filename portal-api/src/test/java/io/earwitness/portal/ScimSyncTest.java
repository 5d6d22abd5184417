package io.earwitness.portal;

import static io.earwitness.portal.TestPortal.ACME;
import static io.earwitness.portal.TestPortal.json;
import static io.earwitness.portal.TestPortal.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.access.Role;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.TestServer;
import io.earwitness.json.Json;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A whole company comes, moves and goes, by an identity provider that asks one thing at a time. */
class ScimSyncTest {
  private static final String USERS = "/scim/v2/Users";
  private static final String GROUPS = "/scim/v2/Groups";

  @Test
  void aCompanyOfTwentyComesMovesAndGoes() {
    sync(20);
  }

  @Test
  @Tag("full")
  void aCompanyOfTwoThousandComesMovesAndGoes() {
    sync(2_000);
  }

  private static void sync(int size) {
    try (CatalogDatabase database =
            CatalogDatabase.open(TestServer.bundled().newDatabase(), Clock.systemUTC());
        TestPortal portal = new TestPortal(database)) {
      new Sync(database, portal).run(size);
    }
  }

  private static final class Sync {
    private final CatalogDatabase database;
    private final TestPortal.Client admin;
    private final TestPortal.Client client;

    Sync(CatalogDatabase database, TestPortal portal) {
      this.database = database;
      this.admin = portal.signIn(ACME, Role.TENANT_ADMIN);
      JsonNode account =
          done(
              admin.post(
                  "/api/v1/users",
                  Map.of("name", "idp", "kind", "service", "roles", List.of("tenant-admin"))));
      JsonNode token =
          done(
              admin.post(
                  "/api/v1/users/" + account.get("id").asText() + "/tokens",
                  Map.of("name", "SCIM", "scopes", List.of("provisioning"))));
      this.client = portal.anonymous().withBearer(token.get("token").asText());
      database
          .directory()
          .addNumber(new Directory.NumberRange(ACME, "+4930", true, null, Instant.now()), "test");
    }

    private static JsonNode done(HttpResponse<byte[]> response) {
      assertThat(response.statusCode()).as(text(response)).isBetween(200, 201);
      return json(response);
    }

    private HttpResponse<byte[]> patch(String path, Object... operations) {
      return client.send(
          "PATCH",
          path,
          Json.bytes(Map.of("Operations", operations)),
          "Content-Type",
          "application/scim+json");
    }

    void run(int size) {
      String first = group("First");
      String second = group("Second");
      List<String> people = new ArrayList<>();
      measured(size, "people created", i -> people.add(create(i)));
      measured(
          size,
          "people put into a group",
          i ->
              done(
                  patch(
                      first, Map.of("op", "Add", "path", "members", "value", member(people, i)))));
      measured(
          size,
          "people moved between groups",
          i -> {
            done(
                patch(
                    first,
                    Map.of("op", "Remove", "path", "members[value eq \"" + people.get(i) + "\"]")));
            done(patch(second, Map.of("op", "Add", "path", "members", "value", member(people, i))));
          });
      assertThat(done(client.get(first)).get("members")).isEmpty();
      assertThat(done(client.get(second)).get("members")).hasSize(size);
      assertThat(
              database.directory().numbers(ACME).stream().filter(n -> n.userName() != null).count())
          .isEqualTo(size);

      int held = firstHeld(people);
      assertThat(held).isEqualTo(Math.max(5, (size + 8) / 10));
      JsonNode hold = done(admin.get("/api/v1/provisioning/holds")).get("items").get(0);
      done(
          admin.post(
              "/api/v1/provisioning/holds/" + hold.get("id").asText() + "/decision",
              Map.of("further", size)));
      measured(size - held, "people put out of use", i -> done(off(people.get(held + i))));
      assertThat(database.directory().users(ACME).stream().filter(Directory.User::active))
          .hasSize(9);
      assertThat(done(client.get(USERS + "?filter=active%20eq%20true")).get("totalResults").asInt())
          .isEqualTo(8);
      assertThat(
              database.directory().numbers(ACME).stream().filter(n -> n.userName() != null).count())
          .isZero();
      imported(size);
    }

    /** The same people come back from a file. */
    private void imported(int size) {
      StringBuilder csv = new StringBuilder("user,teams,active\n");
      for (int i = 0; i < size; i++) {
        csv.append("person%d@acme.example,First,true\n".formatted(i));
      }
      long begin = System.nanoTime();
      HttpResponse<byte[]> response =
          admin.send(
              "POST",
              "/api/v1/imports/people",
              csv.toString().getBytes(StandardCharsets.UTF_8),
              "Content-Type",
              "text/csv");
      told(size, "people imported", begin);
      assertThat(done(response).get("changeCount").asInt()).isEqualTo(size);
      assertThat(database.directory().users(ACME).stream().filter(Directory.User::active))
          .hasSize(size + 9);
    }

    private String group(String name) {
      return GROUPS
          + "/"
          + done(client.post(GROUPS, Map.of("displayName", name))).get("id").asText();
    }

    private String create(int i) {
      return done(client.post(
              USERS,
              Map.of(
                  "schemas", List.of("urn:ietf:params:scim:schemas:core:2.0:User"),
                  "externalId", "e" + i,
                  "userName", "person%d@acme.example".formatted(i),
                  "name", Map.of("givenName", "Person", "familyName", "No. " + i),
                  "phoneNumbers",
                      List.of(Map.of("type", "work", "value", "+49 30 %05d".formatted(i))))))
          .get("id")
          .asText();
    }

    private static List<Map<String, String>> member(List<String> people, int i) {
      return List.of(Map.of("value", people.get(i)));
    }

    private HttpResponse<byte[]> off(String id) {
      return patch(USERS + "/" + id, Map.of("op", "Replace", "path", "active", "value", "False"));
    }

    /** How many can go before an administrator is asked. */
    private int firstHeld(List<String> people) {
      for (int i = 0; i < people.size(); i++) {
        HttpResponse<byte[]> response = off(people.get(i));
        if (response.statusCode() == 409) {
          return i;
        }
        done(response);
      }
      return people.size();
    }

    private static void measured(int count, String what, IntConsumer each) {
      long begin = System.nanoTime();
      for (int i = 0; i < count; i++) {
        each.accept(i);
      }
      told(count, what, begin);
    }

    private static void told(int count, String what, long begin) {
      double seconds = (System.nanoTime() - begin) / 1e9;
      System.out.printf("%d %s: %.1f s, %.0f/s%n", count, what, seconds, count / seconds);
    }
  }
}
