package io.earwitness.portal;

import io.earwitness.archive.catalog.Disposals;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;

/** Nothing is disposed of, and nothing can be changed: what is, is tested with a database. */
final class FakeDisposals {
  static final Disposals NONE =
      (Disposals)
          Proxy.newProxyInstance(
              Disposals.class.getClassLoader(),
              new Class<?>[] {Disposals.class},
              (_, method, _) ->
                  switch (method.getReturnType().getSimpleName()) {
                    case "Settings" -> Disposals.Settings.NONE;
                    case "List" -> List.of();
                    case "Optional" -> Optional.empty();
                    case "void" -> null;
                    default -> throw new UnsupportedOperationException(method.getName());
                  });

  private FakeDisposals() {}
}
