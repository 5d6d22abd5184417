package io.earwitness.portal;

import io.earwitness.call.TenantSlug;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * The code of a guest's invitation: 256 random bits, shown once, of which only a hash is kept.
 *
 * @param text 43 URL-safe characters
 */
public record InvitationCode(String text) {
  public static InvitationCode draw() {
    return new InvitationCode(SessionTokens.draw());
  }

  /** SHA-256, 64 lower-case hex digits. */
  public String hash() {
    return SessionTokens.invitationHash(text);
  }

  /**
   * The page on which it is accepted. The code is in the fragment, which browsers send to no
   * server.
   *
   * @param publicUrl where browsers reach the portal; without it, the link has no origin
   */
  public String link(@Nullable URI publicUrl, TenantSlug tenant) {
    String page = "/invitation#tenant=%s&code=%s".formatted(tenant, text);
    return publicUrl == null ? page : publicUrl.resolve(page).toString();
  }

  @Override
  public String toString() {
    return "InvitationCode";
  }
}
