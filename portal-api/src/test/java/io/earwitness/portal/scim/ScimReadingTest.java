package io.earwitness.portal.scim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.earwitness.json.Json;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Filters, paths and patches: what they mean, and that anything else is refused as such. */
class ScimReadingTest {
  private static JsonNode json(String text) throws Exception {
    return Json.mapper().readTree(text.replace('\'', '"'));
  }

  private static String patched(String resource, String operations) throws Exception {
    JsonNode patch = json("{'Operations': [" + operations + "]}");
    return ScimPatch.parse(patch).apply((ObjectNode) json(resource)).toString().replace('"', '\'');
  }

  @Test
  void aFilterIsReadWithItsEscapesAndInAnyCase() {
    ScimFilter filter =
        ScimFilter.parse(
            "  urn:ietf:params:scim:schemas:core:2.0:User:userName EQ \"a \\\"b\\\" \\u00e9\""
                + " AND active eq True and  meta.version eq 3");
    assertThat(filter.comparisons())
        .extracting(each -> each.attribute() + "=" + each.value().asText())
        .containsExactly("username=a \"b\" é", "active=true", "meta.version=3");
  }

  @Test
  void elementsAreAddedOnceReplacedAndRemoved() throws Exception {
    String two = "{'emails':[{'value':'a','type':'work'},{'value':'b','type':'home'}]}";
    assertThat(patched(two, "{'op':'add','path':'emails','value':{'value':'a','type':'work'}}"))
        .isEqualTo(two);
    assertThat(patched(two, "{'op':'replace','path':'emails','value':[{'value':'c'}]}"))
        .isEqualTo("{'emails':[{'value':'c'}]}");
    assertThat(patched(two, "{'op':'remove','path':'emails[type eq \\\"WORK\\\"]'}"))
        .isEqualTo("{'emails':[{'value':'b','type':'home'}]}");
    assertThat(patched(two, "{'op':'remove','path':'emails'}")).isEqualTo("{'emails':[]}");
    assertThat(patched(two, "{'op':'add','path':'emails','value':{'value':'c','primary':true}}"))
        .isEqualTo(
            "{'emails':[{'value':'a','type':'work','primary':false},"
                + "{'value':'b','type':'home','primary':false},{'value':'c','primary':true}]}");
  }

  @Test
  void aComplexAttributeKeepsWhatIsNotSaid() throws Exception {
    String name = "{'name':{'givenName':'A','familyName':'B'}}";
    assertThat(patched(name, "{'op':'replace','path':'name','value':{'givenName':'C'}}"))
        .isEqualTo("{'name':{'givenName':'C','familyName':'B'}}");
    assertThat(patched(name, "{'op':'remove','path':'name.givenName'}"))
        .isEqualTo("{'name':{'familyName':'B'}}");
    assertThat(patched(name, "{'op':'add','path':'NAME.familyName','value':null}"))
        .doesNotContain("familyName");
  }

  @Test
  void ofAPatchThatCantBeDoneNothingIs() throws Exception {
    ObjectNode resource = (ObjectNode) json("{'displayName':'x','members':[{'value':'1'}]}");
    ScimPatch patch =
        ScimPatch.parse(
            json(
                """
                {'Operations': [
                  {'op': 'replace', 'path': 'displayName', 'value': 'y'},
                  {'op': 'replace', 'path': 'members[value eq \\"2\\"].display', 'value': 'z'}]}
                """));
    assertThatThrownBy(() -> patch.apply(resource))
        .isInstanceOfSatisfying(
            ScimException.class, e -> assertThat(e.scimType()).isEqualTo("noTarget"));
    assertThat(resource.get("displayName").asText()).isEqualTo("x");
  }

  @Test
  void anythingElseIsRefusedAndNeverAnotherException() {
    Random random = new Random(7);
    List<String> parts =
        List.of(
            "userName",
            " ",
            "eq",
            "and",
            "\"x\"",
            "\"",
            "\\",
            "[",
            "]",
            ".",
            "true",
            "emails",
            "members",
            "value",
            "urn:ietf:params:scim:schemas:core:2.0:User:",
            "(",
            ")",
            "é",
            "1",
            "not",
            "type",
            "\u0000",
            "name",
            "pr");
    int read = 0;
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(1, 9); n > 0; n--) {
        text.append(parts.get(random.nextInt(parts.size())));
      }
      read += reads(() -> ScimFilter.parse(text.toString()));
      read += reads(() -> ScimPath.parse(text.toString()));
    }
    assertThat(read).isPositive();
  }

  private static int reads(Runnable reading) {
    try {
      reading.run();
      return 1;
    } catch (ScimException refused) {
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.detail()).isNotBlank();
      return 0;
    }
  }
}
