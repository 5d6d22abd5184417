package io.earwitness.portal;

import io.earwitness.archive.announcement.AnnouncementBook;
import io.earwitness.archive.announcement.Prompts;
import io.earwitness.archive.catalog.AnnouncementPlays;
import io.earwitness.archive.catalog.Announcements;

/** What the portal's announcements work with. */
public record AnnouncementParts(
    Announcements catalog, Prompts prompts, AnnouncementBook book, AnnouncementPlays plays) {}
