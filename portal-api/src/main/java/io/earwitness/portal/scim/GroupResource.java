package io.earwitness.portal.scim;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.earwitness.archive.catalog.ProvisionedPeople.Group;
import io.earwitness.json.Json;
import java.time.Instant;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A team as a Group (RFC 7643 section 4.2). Its members are people; teams in teams are not told.
 */
public final class GroupResource {
  private static final int MAX_NAME = 200;

  private GroupResource() {}

  /** The attributes that a client may change. */
  public static ObjectNode attributes(Group team) {
    ObjectNode group = Json.mapper().createObjectNode();
    if (team.externalId() != null) {
      group.put("externalId", team.externalId());
    }
    group.put("displayName", team.displayName());
    ArrayNode members = group.putArray("members");
    team.members().forEach(id -> members.addObject().put("value", id));
    return group;
  }

  /**
   * What a client wants a team to be, from a whole Group.
   *
   * @param before what is there; null for a new one
   * @throws ScimException if an attribute is missing or wrong
   */
  public static Group group(@Nullable Group before, JsonNode body) {
    if (!(body instanceof ObjectNode given)) {
      throw ScimException.invalidSyntax("A Group is an object.");
    }
    ObjectNode group = ScimAttributes.kept(given);
    String displayName = ScimAttributes.text(group, "displayName", MAX_NAME);
    if (displayName == null) {
      throw ScimException.invalidValue("displayName is missing.");
    }
    TreeSet<String> members = new TreeSet<>();
    for (JsonNode element : ScimAttributes.elements(group.get("members"))) {
      String id =
          element.isTextual() ? element.asText() : ScimAttributes.text(element, "value", MAX_NAME);
      String type = ScimAttributes.text(element, "type", MAX_NAME);
      if (id == null) {
        throw ScimException.invalidValue("members: one has no value, the id of a User.");
      }
      if (type != null && !type.equalsIgnoreCase("User")) {
        throw ScimException.invalidValue(
            "members: '%s' is a %s; only Users are members of groups here.".formatted(id, type));
      }
      members.add(id);
    }
    return new Group(
        before == null ? "" : before.id(),
        displayName,
        ScimAttributes.text(group, "externalId", MAX_NAME),
        members,
        before == null ? Instant.EPOCH : before.created(),
        before == null ? Instant.EPOCH : before.modified());
  }
}
