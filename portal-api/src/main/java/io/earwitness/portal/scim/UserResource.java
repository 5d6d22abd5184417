package io.earwitness.portal.scim;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.earwitness.archive.catalog.ProvisionedPeople.Contact;
import io.earwitness.archive.catalog.ProvisionedPeople.Profile;
import io.earwitness.json.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A person as a User (RFC 7643 section 4.1). What isn't kept is left out, and ignored if given. */
public final class UserResource {
  private static final int MAX_NAME = 200;
  private static final int MAX_CONTACTS = 50;

  private UserResource() {}

  /** The attributes that a client may change. */
  public static ObjectNode attributes(Profile person) {
    ObjectNode user = Json.mapper().createObjectNode();
    put(user, "externalId", person.externalId());
    user.put("userName", person.userName());
    ObjectNode name = Json.mapper().createObjectNode();
    put(name, "givenName", person.givenName());
    put(name, "familyName", person.familyName());
    if (!name.isEmpty()) {
      name.put("formatted", formatted(person.givenName(), person.familyName()));
      user.set("name", name);
    }
    user.put("displayName", person.displayName());
    contacts(user, "emails", person.emails());
    contacts(user, "phoneNumbers", person.phoneNumbers());
    user.put("active", person.active());
    return user;
  }

  private static void put(ObjectNode node, String name, @Nullable String value) {
    if (value != null) {
      node.put(name, value);
    }
  }

  private static void contacts(ObjectNode user, String name, List<Contact> contacts) {
    if (contacts.isEmpty()) {
      return;
    }
    ArrayNode array = user.putArray(name);
    for (Contact contact : contacts) {
      ObjectNode element = array.addObject().put("value", contact.value());
      put(element, "type", contact.type());
      if (contact.primary()) {
        element.put("primary", true);
      }
    }
  }

  /**
   * What a client wants a person to be, from a whole User.
   *
   * @param before what is there; null for a new one
   * @throws ScimException if an attribute is missing or wrong
   */
  public static Profile profile(@Nullable Profile before, JsonNode body) {
    if (!(body instanceof ObjectNode given)) {
      throw ScimException.invalidSyntax("A User is an object.");
    }
    ObjectNode user = ScimAttributes.kept(given);
    String userName = ScimAttributes.text(user, "userName", MAX_NAME);
    if (userName == null) {
      throw ScimException.invalidValue("userName is missing.");
    }
    JsonNode name = user.path("name");
    String given0 = ScimAttributes.text(name, "givenName", MAX_NAME);
    String family = ScimAttributes.text(name, "familyName", MAX_NAME);
    String displayName =
        Stream.of(
                ScimAttributes.text(user, "displayName", MAX_NAME),
                given0 == null && family == null
                    ? ScimAttributes.text(name, "formatted", MAX_NAME)
                    : formatted(given0, family))
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(userName);
    Boolean active = ScimAttributes.flag(user, "active");
    return new Profile(
        before == null ? "" : before.id(),
        userName,
        displayName,
        ScimAttributes.text(user, "externalId", MAX_NAME),
        given0,
        family,
        contacts(user, "emails"),
        contacts(user, "phoneNumbers"),
        active == null ? before == null || before.active() : active,
        before == null ? Instant.EPOCH : before.created(),
        before == null ? Instant.EPOCH : before.modified());
  }

  private static String formatted(@Nullable String given, @Nullable String family) {
    return Stream.of(given, family).filter(Objects::nonNull).collect(Collectors.joining(" "));
  }

  private static List<Contact> contacts(ObjectNode user, String name) {
    List<JsonNode> elements = ScimAttributes.elements(user.get(name));
    if (elements.size() > MAX_CONTACTS) {
      throw ScimException.invalidValue(
          "%s: %d are too many; %d are taken.".formatted(name, elements.size(), MAX_CONTACTS));
    }
    List<Contact> contacts = new ArrayList<>();
    for (JsonNode element : elements) {
      String value =
          element.isTextual()
              ? element.asText().strip()
              : ScimAttributes.text(element, "value", 320);
      if (value == null || value.isEmpty()) {
        continue; // an element of which only the type is left says nothing
      }
      contacts.add(
          new Contact(
              value,
              ScimAttributes.text(element, "type", 40),
              Boolean.TRUE.equals(ScimAttributes.flag(element, "primary"))));
    }
    return contacts;
  }
}
