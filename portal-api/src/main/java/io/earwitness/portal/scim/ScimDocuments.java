package io.earwitness.portal.scim;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.earwitness.json.Json;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a client finds out beforehand (RFC 7643 sections 5 to 7), lists, and errors. */
public final class ScimDocuments {
  /** More resources are not shown at once. */
  public static final int MAX_RESULTS = 200;

  private static final String SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:";
  private static final String MESSAGE = "urn:ietf:params:scim:api:messages:2.0:";

  private ScimDocuments() {}

  private static ObjectNode of(String schema) {
    ObjectNode node = Json.mapper().createObjectNode();
    node.putArray("schemas").add(schema);
    return node;
  }

  /** A resource with what every resource has at its beginning. */
  public static ObjectNode resource(String type, String id) {
    return of(SCHEMA + type).put("id", id);
  }

  /**
   * @param base the address of the service, without a slash at its end
   */
  public static ObjectNode serviceProviderConfig(String base) {
    ObjectNode config = of(SCHEMA + "ServiceProviderConfig");
    config.putObject("patch").put("supported", true);
    config
        .putObject("bulk")
        .put("supported", false)
        .put("maxOperations", 0)
        .put("maxPayloadSize", 0);
    config.putObject("filter").put("supported", true).put("maxResults", MAX_RESULTS);
    config.putObject("changePassword").put("supported", false);
    config.putObject("sort").put("supported", false);
    config.putObject("etag").put("supported", true);
    config
        .putArray("authenticationSchemes")
        .addObject()
        .put("type", "oauthbearertoken")
        .put("name", "Bearer token")
        .put(
            "description",
            "A token of a service account with the scope provisioning, in the header"
                + " Authorization")
        .put("primary", true);
    meta(config, "ServiceProviderConfig", base + "/ServiceProviderConfig");
    return config;
  }

  private static ObjectNode meta(ObjectNode resource, String type, String location) {
    resource.putObject("meta").put("resourceType", type).put("location", location);
    return resource;
  }

  /** The two types of resources. */
  public static List<ObjectNode> resourceTypes(String base) {
    return List.of(
        resourceType("User", "/Users", "A person", base),
        resourceType("Group", "/Groups", "A team", base));
  }

  private static ObjectNode resourceType(
      String name, String endpoint, String description, String base) {
    ObjectNode type =
        of(SCHEMA + "ResourceType")
            .put("id", name)
            .put("name", name)
            .put("endpoint", endpoint)
            .put("description", description)
            .put("schema", SCHEMA + name);
    return meta(type, "ResourceType", base + "/ResourceTypes/" + name);
  }

  /** The two schemas, with the attributes that are kept here. */
  public static List<ObjectNode> schemas(String base) {
    ObjectNode user = schema("User", "A person", base);
    ArrayNode attributes = user.putArray("attributes");
    attribute(attributes, "userName", "string", "The account's name", "server")
        .put("required", true);
    ObjectNode name = attribute(attributes, "name", "complex", "The parts of the name", "none");
    ArrayNode parts = name.putArray("subAttributes");
    attribute(parts, "formatted", "string", "The parts together", "none");
    attribute(parts, "givenName", "string", "The given name", "none");
    attribute(parts, "familyName", "string", "The family name", "none");
    attribute(attributes, "displayName", "string", "The name that people see", "none");
    contacts(attributes, "emails", "Addresses for e-mail");
    contacts(
        attributes,
        "phoneNumbers",
        "Telephone numbers; those in the tenant's ranges are held by the person");
    attribute(attributes, "active", "boolean", "Whether the account can be used", "none");
    attribute(attributes, "externalId", "string", "The client's own id", "server")
        .put("caseExact", true);
    ObjectNode groups =
        attribute(attributes, "groups", "complex", "Groups of the person", "none")
            .put("multiValued", true)
            .put("mutability", "readOnly");
    ArrayNode ofGroup = groups.putArray("subAttributes");
    attribute(ofGroup, "value", "string", "The id of the group", "none");
    attribute(ofGroup, "display", "string", "The name of the group", "none");

    ObjectNode group = schema("Group", "A team", base);
    ArrayNode ofTeam = group.putArray("attributes");
    attribute(ofTeam, "displayName", "string", "The team's name", "server").put("required", true);
    attribute(ofTeam, "externalId", "string", "The client's own id", "none").put("caseExact", true);
    ObjectNode members =
        attribute(ofTeam, "members", "complex", "The team's people", "none")
            .put("multiValued", true);
    ArrayNode ofMember = members.putArray("subAttributes");
    attribute(ofMember, "value", "string", "The id of the User", "none");
    attribute(ofMember, "display", "string", "The name that people see", "none")
        .put("mutability", "readOnly");
    return List.of(user, group);
  }

  private static ObjectNode schema(String name, String description, String base) {
    ObjectNode schema =
        of(SCHEMA + "Schema")
            .put("id", SCHEMA + name)
            .put("name", name)
            .put("description", description);
    return meta(schema, "Schema", base + "/Schemas/" + SCHEMA + name);
  }

  private static ObjectNode attribute(
      ArrayNode attributes, String name, String type, String description, String uniqueness) {
    return attributes
        .addObject()
        .put("name", name)
        .put("type", type)
        .put("multiValued", false)
        .put("description", description)
        .put("required", false)
        .put("caseExact", false)
        .put("mutability", "readWrite")
        .put("returned", "default")
        .put("uniqueness", uniqueness);
  }

  private static void contacts(ArrayNode attributes, String name, String description) {
    ArrayNode parts =
        attribute(attributes, name, "complex", description, "none")
            .put("multiValued", true)
            .putArray("subAttributes");
    attribute(parts, "value", "string", "As the client writes it", "none");
    attribute(parts, "type", "string", "What kind, such as work", "none");
    attribute(parts, "primary", "boolean", "Whether it is the first choice", "none");
  }

  /** One of a list of documents by its id. */
  public static Optional<ObjectNode> byId(List<ObjectNode> documents, String id) {
    return documents.stream().filter(each -> each.path("id").asText().equals(id)).findFirst();
  }

  /**
   * A list (RFC 7644 section 3.4.2).
   *
   * @param startIndex of the first that is shown, from 1
   */
  public static ObjectNode list(int total, int startIndex, List<ObjectNode> resources) {
    ObjectNode list =
        of(MESSAGE + "ListResponse")
            .put("totalResults", total)
            .put("startIndex", startIndex)
            .put("itemsPerPage", resources.size());
    list.putArray("Resources").addAll(resources);
    return list;
  }

  /** An error (RFC 7644 section 3.12). */
  public static ObjectNode error(int status, @Nullable String scimType, String detail) {
    ObjectNode error = of(MESSAGE + "Error").put("status", Integer.toString(status));
    if (scimType != null) {
      error.put("scimType", scimType);
    }
    return error.put("detail", detail);
  }
}
