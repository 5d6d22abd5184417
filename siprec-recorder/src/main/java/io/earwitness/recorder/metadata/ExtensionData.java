package io.earwitness.recorder.metadata;

import io.earwitness.recorder.metadata.RecordingMetadata.ExtensionItem;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Vendor data of one document (RFC 7865 §6.1 and others) into items: one for each attribute and
 * each text. Their number is limited for the whole document, and so is their size: an item's name
 * and label are those of the elements around it, so what is long there would be so in every item.
 */
final class ExtensionData {
  private static final int MAX_ITEMS = 1000;
  private static final int PATH_LENGTH = 256;

  private int count;

  /** Adds what an element holds, and those within it. */
  void read(XmlElement element, List<ExtensionItem> items) {
    read(element, "", null, items);
  }

  private void read(
      XmlElement element, String path, @Nullable String outerLabel, List<ExtensionItem> items) {
    String ownLabel = element.attribute("label", "name");
    String label = ownLabel == null ? outerLabel : XmlLimits.cut(ownLabel, PATH_LENGTH);
    // <header label="X"><value>v</value></header>: the value is the header's own
    boolean plainValue = element.key().equals("value") && !path.isEmpty();
    String below = path.isEmpty() ? element.name : path + "/" + element.name;
    String name = plainValue ? path : XmlLimits.cut(below, PATH_LENGTH);
    for (Map.Entry<String, String> attribute : element.attributes.entrySet()) {
      if (!attribute.getValue().equals(ownLabel == null ? label : ownLabel)) {
        add(name + "/@" + attribute.getKey(), label, attribute.getValue(), items);
      }
    }
    String text = element.text();
    if (!text.isEmpty() || element.children.isEmpty()) {
      add(name, label, text, items);
    }
    for (XmlElement child : element.children) {
      if (count < MAX_ITEMS) {
        read(child, name, label, items);
      }
    }
  }

  private void add(String name, @Nullable String label, String value, List<ExtensionItem> items) {
    if (count < MAX_ITEMS) {
      count++;
      items.add(
          new ExtensionItem(
              XmlLimits.cut(name, PATH_LENGTH), label, XmlLimits.cut(value, XmlLimits.VALUE)));
    }
  }
}
