package io.earwitness.portal;

import io.earwitness.archive.catalog.SubjectRequests;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;

/** Nobody asks for anything, and nothing can be changed: what is, is tested with a database. */
final class FakeSubjectRequests {
  static final SubjectRequests NONE =
      (SubjectRequests)
          Proxy.newProxyInstance(
              SubjectRequests.class.getClassLoader(),
              new Class<?>[] {SubjectRequests.class},
              (_, method, _) ->
                  switch (method.getReturnType().getSimpleName()) {
                    case "List" -> List.of();
                    case "Optional" -> Optional.empty();
                    default -> throw new UnsupportedOperationException(method.getName());
                  });

  private FakeSubjectRequests() {}
}
