package io.rdsboot.sample.documents;

import io.rdsboot.sample.text.SourceType;

/**
 * What the table of sources knows of one.
 *
 * @param name what identifies it
 * @param type where it comes from
 * @param title what stands above its passages
 * @param passages how many there are
 */
public record SourceSummary(String name, SourceType type, String title, int passages) {

}
