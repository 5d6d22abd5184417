package io.earwitness.portal;

import static io.earwitness.portal.TestPortal.ACME;
import static io.earwitness.portal.TestPortal.GLOBEX;
import static io.earwitness.portal.TestPortal.json;
import static io.earwitness.portal.TestPortal.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.access.Role;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.TestServer;
import io.earwitness.audit.AuditEntry;
import io.earwitness.json.Json;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The SCIM service on a real database, with bodies as identity providers' documentation has them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScimTest {
  private static final String USERS = "/scim/v2/Users";
  private static final String GROUPS = "/scim/v2/Groups";
  private static final AtomicInteger NEXT = new AtomicInteger();

  private final CatalogDatabase database =
      CatalogDatabase.open(TestServer.bundled().newDatabase(), Clock.systemUTC());
  private final TestPortal portal = new TestPortal(database);
  private TestPortal.Client admin = portal.anonymous();
  private TestPortal.Client sync = portal.anonymous();
  private TestPortal.Client otherSync = portal.anonymous();

  @BeforeAll
  void connect() {
    admin = portal.signIn(ACME, Role.TENANT_ADMIN);
    sync = sync(admin);
    otherSync = sync(portal.signIn(GLOBEX, Role.TENANT_ADMIN));
    database
        .directory()
        .addNumber(new Directory.NumberRange(ACME, "+49301", true, null, Instant.now()), "test");
    database
        .directory()
        .addNumber(new Directory.NumberRange(GLOBEX, "+49302", true, null, Instant.now()), "test");
  }

  private TestPortal.Client sync(TestPortal.Client administrator) {
    JsonNode account =
        done(
            administrator.post(
                "/api/v1/users",
                Map.of(
                    "name",
                    "idp" + NEXT.incrementAndGet(),
                    "kind",
                    "service",
                    "roles",
                    List.of("tenant-admin"))));
    JsonNode token =
        done(
            administrator.post(
                "/api/v1/users/" + account.get("id").asText() + "/tokens",
                Map.of("name", "SCIM", "scopes", List.of("provisioning"))));
    return portal.anonymous().withBearer(token.get("token").asText());
  }

  @AfterAll
  void stop() {
    portal.close();
    database.close();
  }

  private static JsonNode done(HttpResponse<byte[]> response) {
    assertThat(response.statusCode()).as(text(response)).isBetween(200, 201);
    return json(response);
  }

  private static HttpResponse<byte[]> send(
      TestPortal.Client client, String method, String path, @Nullable String body) {
    return client.send(
        method,
        path,
        body == null ? null : body.getBytes(StandardCharsets.UTF_8),
        "Content-Type",
        "application/scim+json");
  }

  private static void refused(HttpResponse<byte[]> response, int status, @Nullable String type) {
    assertThat(response.statusCode()).as(text(response)).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/scim+json");
    JsonNode error = json(response);
    assertThat(error.get("schemas").get(0).asText())
        .isEqualTo("urn:ietf:params:scim:api:messages:2.0:Error");
    assertThat(error.get("status").asText()).isEqualTo(Integer.toString(status));
    assertThat(error.path("scimType").asText("")).isEqualTo(type == null ? "" : type);
    assertThat(error.get("detail").asText()).isNotBlank();
  }

  private static String filter(String collection, String filter) {
    return collection + "?filter=" + URLEncoder.encode(filter, StandardCharsets.UTF_8);
  }

  private JsonNode user(String name) {
    return done(
        send(
            sync,
            "POST",
            USERS,
            Json.text(
                Map.of(
                    "schemas",
                    List.of("urn:ietf:params:scim:schemas:core:2.0:User"),
                    "userName",
                    name))));
  }

  private String fresh() {
    return user("person" + NEXT.incrementAndGet() + "@acme.example").get("id").asText();
  }

  private JsonNode patched(String path, String operations) {
    return done(patch(path, operations));
  }

  private HttpResponse<byte[]> patch(String path, String operations) {
    return send(
        sync,
        "PATCH",
        path,
        """
        {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [%s]}
        """
            .formatted(operations));
  }

  private List<Directory.NumberRange> held(String userName) {
    return database.directory().numbers(ACME).stream()
        .filter(each -> userName.equals(each.userName()))
        .toList();
  }

  @Test
  void whatTheServiceCanDoIsTold() {
    JsonNode config = done(sync.get("/scim/v2/ServiceProviderConfig"));
    assertThat(config.at("/patch/supported").asBoolean()).isTrue();
    assertThat(config.at("/bulk/supported").asBoolean()).isFalse();
    assertThat(config.at("/filter/maxResults").asInt()).isEqualTo(200);
    assertThat(config.at("/etag/supported").asBoolean()).isTrue();
    assertThat(done(sync.get("/scim/v2/ResourceTypes")).get("totalResults").asInt()).isEqualTo(2);
    assertThat(done(sync.get("/scim/v2/ResourceTypes/Group")).get("endpoint").asText())
        .isEqualTo("/Groups");
    assertThat(
            done(sync.get("/scim/v2/Schemas/urn:ietf:params:scim:schemas:core:2.0:User"))
                .get("attributes")
                .findValuesAsText("name"))
        .contains("userName", "externalId", "phoneNumbers");
    refused(sync.get("/scim/v2/Schemas/none"), 404, null);
    assertThat(sync.get("/scim/v2/Bulk").statusCode()).isEqualTo(404);
  }

  @Test
  void aTokenWithoutTheScopeMayNothing() {
    JsonNode token =
        done(admin.post("/api/v1/tokens", Map.of("name", "x", "scopes", List.of("people"))));
    TestPortal.Client other = portal.anonymous().withBearer(token.get("token").asText());
    refused(other.get(USERS), 403, null);
    refused(portal.anonymous().get(USERS), 401, null);
  }

  /** The life of a user as Microsoft Entra ID keeps it. */
  @Test
  void entraIdCreatesChangesDisablesAndDeletesAUser() {
    refusedNothing(filter(USERS, "userName eq \"Test_User_ab6490ee@acme.example\""));
    HttpResponse<byte[]> response =
        send(
            sync,
            "POST",
            USERS,
            """
            {
              "schemas": [
                "urn:ietf:params:scim:schemas:core:2.0:User",
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
              "externalId": "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef",
              "userName": "Test_User_ab6490ee@acme.example",
              "active": true,
              "displayName": "Lennay",
              "emails": [{"primary": true, "type": "work", "value": "lennay@acme.example"}],
              "phoneNumbers": [
                {"type": "work", "value": "+49 30 1-55 66"},
                {"type": "mobile", "value": "+1 555 0100"}],
              "meta": {"resourceType": "User"},
              "name": {"formatted": "Adrienne McGhee", "familyName": "McGhee", "givenName": "Adrienne"},
              "roles": [],
              "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "Sales"}
            }
            """);
    assertThat(response.statusCode()).as(text(response)).isEqualTo(201);
    JsonNode made = json(response);
    String id = made.get("id").asText();
    assertThat(response.headers().firstValue("Location").orElseThrow())
        .isEqualTo(portal.uri(USERS + "/" + id).toString())
        .isEqualTo(made.at("/meta/location").asText());
    assertThat(made.at("/name/givenName").asText()).isEqualTo("Adrienne");
    assertThat(made.get("displayName").asText()).isEqualTo("Lennay");
    assertThat(made.get("active").asBoolean()).isTrue();
    String name = made.get("userName").asText();
    // A number of the tenant's is held, one that isn't the tenant's is left alone
    assertThat(held(name)).extracting(Directory.NumberRange::digits).containsExactly("+493015566");
    assertThat(database.directory().user(ACME, name).orElseThrow().roles())
        .containsExactly(Role.USER);

    String path = USERS + "/" + id;
    patched(
        path,
        """
        {"op": "Replace", "path": "emails[type eq \\"work\\"].value", "value": "updated@acme.example"},
        {"op": "Replace", "path": "name.familyName", "value": "updatedFamilyName"},
        {"op": "Add", "path": "phoneNumbers[type eq \\"other\\"].value", "value": "+493017777"},
        {"op": "Add", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
         "value": "Trading"}
        """);
    JsonNode changed = done(sync.get(path));
    assertThat(changed.at("/emails/0/value").asText()).isEqualTo("updated@acme.example");
    assertThat(changed.at("/emails/0/type").asText()).isEqualTo("work");
    assertThat(changed.at("/name/familyName").asText()).isEqualTo("updatedFamilyName");
    assertThat(held(name)).hasSize(2);
    // Without a path, with members that are paths
    patched(
        path,
        """
        {"op": "replace", "value": {"name.givenName": "Anna", "displayName": "Anna", "title": "Dr",
         "phoneNumbers[type eq \\"other\\"].value": "+493018888"}}
        """);
    assertThat(held(name))
        .extracting(Directory.NumberRange::digits)
        .containsExactly("+493015566", "+493018888");
    assertThat(database.directory().userById(ACME, id).orElseThrow().displayName())
        .isEqualTo("Anna");

    JsonNode off =
        patched(path, "{\"op\": \"Replace\", \"path\": \"active\", \"value\": \"False\"}");
    assertThat(off.get("active").asBoolean()).isFalse();
    assertThat(done(sync.get(path)).get("active").asBoolean()).isFalse();
    assertThat(
            done(sync.get(filter(USERS, "userName eq \"%s\" and active eq true".formatted(name))))
                .get("totalResults")
                .asInt())
        .isZero();
    assertThat(held(name)).isEmpty();
    patched(path, "{\"op\": \"Add\", \"path\": \"active\", \"value\": \"True\"}");
    assertThat(held(name)).hasSize(2);

    assertThat(send(sync, "DELETE", path, null).statusCode()).isEqualTo(204);
    refused(sync.get(path), 404, null);
    refused(send(sync, "DELETE", path, null), 404, null);
    refusedNothing(filter(USERS, "externalId eq \"0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef\""));
    // Nothing has vanished
    assertThat(database.directory().userById(ACME, id).orElseThrow().active()).isFalse();
    assertThat(portal.audit.of("scim.delete-user"))
        .anySatisfy(
            entry -> {
              assertThat(entry.object()).isEqualTo("user:" + name);
              assertThat(entry.actor()).matches("token:[0-9a-f]{12}:SCIM/user:idp\\d+@acme");
            });
  }

  private void refusedNothing(String path) {
    JsonNode list = done(sync.get(path));
    assertThat(list.get("totalResults").asInt()).isZero();
    assertThat(list.get("Resources")).isEmpty();
  }

  /** Groups as Microsoft Entra ID keeps them. */
  @Test
  void entraIdKeepsAGroupAndItsMembers() {
    String name = "Group " + NEXT.incrementAndGet();
    String one = fresh();
    String two = fresh();
    JsonNode made =
        done(
            send(
                sync,
                "POST",
                GROUPS,
                """
                {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group",
                  "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
                 "externalId": "8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159",
                 "displayName": "%s", "meta": {"resourceType": "Group"}}
                """
                    .formatted(name)));
    String path = GROUPS + "/" + made.get("id").asText();
    assertThat(
            done(sync.get(
                    filter(GROUPS, "displayName eq \"" + name + "\"")
                        + "&excludedAttributes=members"))
                .at("/Resources/0")
                .has("members"))
        .isFalse();
    patched(
        path,
        """
        {"op": "Add", "path": "members", "value": [{"$ref": null, "value": "%s"}, {"$ref": null, "value": "%s"}]}
        """
            .formatted(one, two));
    assertThat(done(sync.get(path)).get("members").findValuesAsText("value"))
        .containsExactlyInAnyOrder(one, two);
    assertThat(done(sync.get(USERS + "/" + one)).at("/groups/0/display").asText()).isEqualTo(name);
    // The older form: what is to go stands in the value
    patched(
        path,
        """
        {"op": "Remove", "path": "members", "value": [{"$ref": null, "value": "%s"}]}
        """
            .formatted(one));
    patched(
        path,
        "{\"op\": \"Replace\", \"path\": \"displayName\", \"value\": \"%s x\"}".formatted(name));
    patched(
        path, "{\"op\": \"Remove\", \"path\": \"members[value eq \\\"%s\\\"]\"}".formatted(two));
    JsonNode left = done(sync.get(path));
    assertThat(left.get("members")).isEmpty();
    assertThat(left.get("displayName").asText()).isEqualTo(name + " x");
    patched(
        path, "{\"op\": \"add\", \"value\": {\"members\": [{\"value\": \"%s\"}]}}".formatted(one));
    assertThat(send(sync, "DELETE", path, null).statusCode()).isEqualTo(204);
    refused(sync.get(path), 404, null);
    assertThat(database.directory().memberships(ACME, one)).isEmpty();
    JsonNode again =
        done(send(sync, "POST", GROUPS, "{\"displayName\": \"%s x\"}".formatted(name)));
    assertThat(again.get("id")).isEqualTo(made.get("id"));
    assertThat(portal.audit.of("scim.patch-group"))
        .extracting(AuditEntry::details)
        .anySatisfy(details -> assertThat(details.get("removed")).startsWith("person"));
  }

  /** As Okta's integrations do it: PUT for people, and groups pushed by PATCH or PUT. */
  @Test
  void oktaCreatesReplacesAndDeactivatesAUserAndPushesAGroup() {
    String name = "okta" + NEXT.incrementAndGet() + "@acme.example";
    assertThat(done(sync.get(USERS + "?startIndex=1&count=2")).get("itemsPerPage").asInt())
        .isLessThanOrEqualTo(2);
    JsonNode made =
        done(
            send(
                sync,
                "POST",
                USERS,
                """
                {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "%s",
                 "name": {"givenName": "Test", "familyName": "User"},
                 "emails": [{"primary": true, "value": "%s", "type": "work"}],
                 "displayName": "Test User", "locale": "en-US", "externalId": "00ujl29u0le5T6Aj10h7",
                 "groups": [], "password": "1mz050nq", "active": true}
                """
                    .formatted(name, name)));
    String id = made.get("id").asText();
    String path = USERS + "/" + id;
    assertThat(database.directory().userById(ACME, id).orElseThrow().passwordHash()).isNull();
    String body =
        """
        {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": "%s", "userName": "%s",
         "name": {"givenName": "Another", "middleName": "", "familyName": "User"},
         "emails": [{"primary": true, "value": "%s", "type": "work", "display": "%s"}],
         "active": %s, "groups": [], "meta": {"resourceType": "User"}}
        """;
    JsonNode put = done(send(sync, "PUT", path, body.formatted(id, name, name, name, "true")));
    assertThat(put.at("/name/givenName").asText()).isEqualTo("Another");
    assertThat(put.get("displayName").asText()).isEqualTo("Another User");
    assertThat(put.has("externalId")).isFalse();
    patched(path, "{\"op\": \"replace\", \"value\": {\"active\": false}}");
    assertThat(done(sync.get(path)).get("active").asBoolean()).isFalse();
    done(send(sync, "PUT", path, body.formatted(id, name, name, name, "true")));

    String group = "Pushed " + NEXT.incrementAndGet();
    JsonNode pushed =
        done(
            send(
                sync,
                "POST",
                GROUPS,
                """
                {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "%s",
                 "members": [{"value": "%s", "display": "%s"}]}
                """
                    .formatted(group, id, name)));
    String groupPath = GROUPS + "/" + pushed.get("id").asText();
    patched(
        groupPath,
        """
        {"op": "replace", "value": {"id": "%s", "displayName": "%s!"}}
        """
            .formatted(pushed.get("id").asText(), group));
    JsonNode replaced =
        done(
            send(
                sync,
                "PUT",
                groupPath,
                "{\"displayName\": \"%s\", \"members\": []}".formatted(group)));
    assertThat(replaced.get("members")).isEmpty();
    assertThat(replaced.get("displayName").asText()).isEqualTo(group);
  }

  @Test
  void whatIsTakenIsAConflictInTheTenantOnly() {
    String name = "twice" + NEXT.incrementAndGet() + "@acme.example";
    user(name);
    String body = "{\"userName\": \"%s\"}".formatted(name.toUpperCase(java.util.Locale.ROOT));
    refused(send(sync, "POST", USERS, body), 409, "uniqueness");
    assertThat(send(otherSync, "POST", USERS, body).statusCode()).isEqualTo(201);
    String other = fresh();
    refused(
        patch(
            USERS + "/" + other,
            "{\"op\":\"replace\",\"path\":\"userName\",\"value\":\"%s\"}".formatted(name)),
        409,
        "uniqueness");
    String group = "{\"displayName\": \"Taken %d\"}".formatted(NEXT.incrementAndGet());
    done(send(sync, "POST", GROUPS, group));
    refused(send(sync, "POST", GROUPS, group), 409, "uniqueness");
    assertThat(send(otherSync, "POST", GROUPS, group).statusCode()).isEqualTo(201);
  }

  @Test
  void whatIsAnotherTenantsIsMissing() {
    String id = fresh();
    String group =
        done(send(
                sync,
                "POST",
                GROUPS,
                "{\"displayName\": \"Own %d\"}".formatted(NEXT.incrementAndGet())))
            .get("id")
            .asText();
    String missing = UUID.randomUUID().toString();
    String patch = "{\"Operations\": [{\"op\": \"remove\", \"path\": \"externalId\"}]}";
    for (String[] each :
        List.of(
            new String[] {"GET", USERS, id, null},
            new String[] {"PUT", USERS, id, "{\"userName\": \"x\"}"},
            new String[] {"PATCH", USERS, id, patch},
            new String[] {"DELETE", USERS, id, null},
            new String[] {"GET", GROUPS, group, null},
            new String[] {"PUT", GROUPS, group, "{\"displayName\": \"x\"}"},
            new String[] {"PATCH", GROUPS, group, patch},
            new String[] {"DELETE", GROUPS, group, null})) {
      HttpResponse<byte[]> theirs = send(otherSync, each[0], each[1] + "/" + each[2], each[3]);
      refused(theirs, 404, null);
      assertThat(theirs.body())
          .isEqualTo(send(otherSync, each[0], each[1] + "/" + missing, each[3]).body());
    }
    assertThat(text(otherSync.get(USERS))).doesNotContain(id);
    // Neither can one be a member, and numbers of the other tenant's stay there
    refused(
        send(
            otherSync,
            "POST",
            GROUPS,
            "{\"displayName\": \"Foreign\", \"members\": [{\"value\": \"%s\"}]}".formatted(id)),
        400,
        "invalidValue");
    done(
        send(
            otherSync,
            "POST",
            USERS,
            "{\"userName\": \"grabber\", \"phoneNumbers\": [{\"value\": \"+493019999\"}]}"));
    assertThat(database.directory().numbers(GLOBEX))
        .extracting(Directory.NumberRange::digits)
        .containsExactly("+49302");
  }

  @Test
  void serviceAccountsAreNotSeen() {
    assertThat(done(sync.get(USERS + "?count=200")).get("Resources").findValuesAsText("userName"))
        .noneMatch(name -> name.startsWith("idp"))
        .contains("tenant-admin", "auditor");
  }

  @Test
  void aVersionGuardsAgainstLostChanges() {
    String path = USERS + "/" + fresh();
    HttpResponse<byte[]> seen = sync.get(path);
    String tag = seen.headers().firstValue("ETag").orElseThrow();
    assertThat(tag).isEqualTo(json(seen).at("/meta/version").asText()).startsWith("W/\"");
    assertThat(sync.get(path, "If-None-Match", tag).statusCode()).isEqualTo(304);
    patched(path, "{\"op\": \"add\", \"path\": \"displayName\", \"value\": \"New\"}");
    byte[] body =
        "{\"Operations\": [{\"op\": \"remove\", \"path\": \"externalId\"}]}"
            .getBytes(StandardCharsets.UTF_8);
    HttpResponse<byte[]> late =
        sync.send("PATCH", path, body, "Content-Type", "application/scim+json", "If-Match", tag);
    refused(late, 412, null);
    String now = sync.get(path).headers().firstValue("ETag").orElseThrow();
    assertThat(
            sync.send("PATCH", path, body, "Content-Type", "application/scim+json", "If-Match", now)
                .statusCode())
        .isEqualTo(200);
    assertThat(sync.send("DELETE", path, null, "If-Match", tag).statusCode()).isEqualTo(412);
  }

  @Test
  void onlyWhatIsAskedForIsShown() {
    String path = USERS + "/" + fresh();
    JsonNode some = done(sync.get(path + "?attributes=userName,meta.version"));
    assertThat(some.properties())
        .extracting(Map.Entry::getKey)
        .containsExactlyInAnyOrder("schemas", "id", "userName", "meta");
    assertThat(some.get("meta").properties()).hasSize(1);
    assertThat(done(sync.get(path + "?excludedAttributes=userName,groups")).has("userName"))
        .isFalse();
    refused(sync.get(path + "?attributes=a&excludedAttributes=b"), 400, "invalidValue");
  }

  @Test
  void listsComeInPages() {
    for (int i = 0; i < 3; i++) {
      fresh();
    }
    JsonNode first = done(sync.get(USERS + "?startIndex=0&count=2"));
    JsonNode second = done(sync.get(USERS + "?startIndex=3&count=2"));
    assertThat(first.get("startIndex").asInt()).isEqualTo(1);
    assertThat(first.get("Resources")).hasSize(2);
    assertThat(first.get("Resources").findValuesAsText("id"))
        .doesNotContainAnyElementsOf(second.get("Resources").findValuesAsText("id"));
    JsonNode none = done(sync.get(USERS + "?count=0"));
    assertThat(none.get("totalResults").asInt()).isGreaterThan(3);
    assertThat(none.get("Resources")).isEmpty();
    assertThat(done(sync.get(USERS + "?count=100000")).get("itemsPerPage").asInt())
        .isLessThanOrEqualTo(200);
    refused(sync.get(USERS + "?count=many"), 400, "invalidValue");
  }

  @Test
  void filtersThatAreNotUnderstoodAreRefusedByName() {
    for (String wrong :
        List.of(
            "userName co \"x\"",
            "userName eq",
            "userName eq x",
            "userName eq \"x\" or userName eq \"y\"",
            "title eq \"x\"",
            "active eq \"perhaps\"",
            "eq \"x\"",
            "userName eq \"x")) {
      refused(sync.get(filter(USERS, wrong)), 400, "invalidFilter");
    }
    String id = fresh();
    assertThat(
            done(sync.get(
                    filter(
                        USERS,
                        "urn:ietf:params:scim:schemas:core:2.0:User:ID EQ \"%s\"".formatted(id))))
                .get("totalResults")
                .asInt())
        .isEqualTo(1);
    refused(sync.get(filter(GROUPS, "userName eq \"x\"")), 400, "invalidFilter");
  }

  @Test
  void bodiesThatAreWrongAreRefusedByName() {
    String path = USERS + "/" + fresh();
    refused(send(sync, "POST", USERS, "{\"displayName\": \"x\"}"), 400, "invalidValue");
    refused(send(sync, "POST", USERS, "{"), 400, "invalidSyntax");
    refused(send(sync, "POST", USERS, "[]"), 400, "invalidSyntax");
    refused(
        send(sync, "POST", USERS, "{\"userName\": \"x\", \"active\": \"perhaps\"}"),
        400,
        "invalidValue");
    refused(send(sync, "PATCH", path, "{}"), 400, "invalidSyntax");
    refused(patch(path, "{\"op\": \"move\", \"path\": \"x\"}"), 400, "invalidSyntax");
    refused(
        patch(path, "{\"op\": \"add\", \"path\": \"shoeSize\", \"value\": 1}"), 400, "invalidPath");
    refused(patch(path, "{\"op\": \"remove\"}"), 400, "noTarget");
    refused(patch(path, "{\"op\": \"remove\", \"path\": \"userName\"}"), 400, "invalidValue");
    refused(
        patch(path, "{\"op\": \"add\", \"path\": \"emails[type eq\", \"value\": 1}"),
        400,
        "invalidPath");
    refused(
        sync.send(
            "POST", USERS, "{}".getBytes(StandardCharsets.UTF_8), "Content-Type", "text/plain"),
        415,
        null);
  }

  @Test
  void whoComesBackWithTheSameExternalIdIsTheSamePersonAnybodyElseIsNot() {
    String name = "back" + NEXT.incrementAndGet() + "@acme.example";
    String body = "{\"userName\": \"%s\", \"externalId\": \"%s\"}";
    String first =
        done(send(sync, "POST", USERS, body.formatted(name, "e-" + name))).get("id").asText();
    done(
        put(
            admin,
            "/api/v1/users/" + first + "/roles",
            Map.of("roles", List.of(Map.of("role", "auditor")))));
    send(sync, "DELETE", USERS + "/" + first, null);
    String again =
        done(send(sync, "POST", USERS, body.formatted(name, "e-" + name))).get("id").asText();
    assertThat(again).isEqualTo(first);
    send(sync, "DELETE", USERS + "/" + first, null);
    String other =
        done(send(sync, "POST", USERS, body.formatted(name, "other-" + name))).get("id").asText();
    assertThat(other).isNotEqualTo(first);
    assertThat(database.directory().userById(ACME, other).orElseThrow().roles())
        .containsExactly(Role.USER);
    assertThat(database.directory().userById(ACME, first).orElseThrow())
        .satisfies(
            former -> {
              assertThat(former.active()).isFalse();
              assertThat(former.name()).startsWith(name + " (left ");
            });
  }

  private static HttpResponse<byte[]> put(TestPortal.Client client, String path, Object body) {
    return client.send("PUT", path, Json.bytes(body), "Content-Type", "application/json");
  }

  @Test
  void aPersonsTokenWidensNothingForThatPerson() {
    JsonNode token =
        done(admin.post("/api/v1/tokens", Map.of("name", "x", "scopes", List.of("provisioning"))));
    TestPortal.Client own = portal.anonymous().withBearer(token.get("token").asText());
    String me = "u-acme-tenant-admin";
    refused(send(own, "DELETE", USERS + "/" + me, null), 403, null);
    refused(
        send(
            own,
            "PUT",
            USERS + "/" + me,
            "{\"userName\": \"tenant-admin\", \"phoneNumbers\": [{\"value\": \"+493010000\"}]}"),
        403,
        null);
    refused(
        send(
            own,
            "POST",
            GROUPS,
            "{\"displayName\": \"Mine %d\", \"members\": [{\"value\": \"%s\"}]}"
                .formatted(NEXT.incrementAndGet(), me)),
        403,
        null);
  }

  @Test
  void theLastAdministratorIsNotRemoved() {
    refused(send(sync, "DELETE", USERS + "/u-acme-tenant-admin", null), 409, null);
    assertThat(database.directory().user(ACME, "tenant-admin").orElseThrow().active()).isTrue();
  }
}
