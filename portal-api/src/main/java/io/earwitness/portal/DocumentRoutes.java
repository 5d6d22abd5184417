package io.earwitness.portal;

import static io.javalin.http.HandlerType.GET;

import io.earwitness.portal.docs.DocumentPages;
import io.javalin.http.Context;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The pages for operators, to which alarms lead. They are the product's, and no act of anybody. */
final class DocumentRoutes {
  private final DocumentPages pages = new DocumentPages();

  private DocumentRoutes() {}

  /** The table of routes. */
  static List<Route> all() {
    DocumentRoutes documents = new DocumentRoutes();
    return List.of(
        new Route(GET, "/docs/{folder}/{page}", new Route.Rule.SignedIn(), null, documents::view));
  }

  private Route.Prepared view(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    String folder = http.pathParam("folder");
    String page = http.pathParam("page");
    return Route.Prepared.of(
        _ -> {
          String html =
              pages
                  .html(folder, page)
                  .orElseThrow(() -> ProblemException.notFound("There is no such page."));
          http.header("Content-Security-Policy", DocumentPages.POLICY);
          http.contentType("text/html; charset=utf-8").result(html);
        });
  }
}
