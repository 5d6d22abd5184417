package io.earwitness.portal;

import io.earwitness.archive.announcement.PromptSeal;
import io.earwitness.archive.catalog.Announcements.PromptKey;
import io.earwitness.call.TenantSlug;

/** Seals with a key of zeros. */
final class FakeSeal implements PromptSeal {
  private final SignInKey key = new SignInKey(new byte[SignInKey.BYTES]);

  @Override
  public String seal(TenantSlug tenant, PromptKey prompt, byte[] wav) {
    return key.seal(tenant + "|" + prompt, wav);
  }

  @Override
  public byte[] open(TenantSlug tenant, PromptKey prompt, String text) {
    return key.open(tenant + "|" + prompt, text);
  }
}
