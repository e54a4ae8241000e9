package io.rdsboot.sample.indexing;

import java.nio.file.Path;

import io.rdsboot.sample.text.SourceType;

/**
 * File to index.
 *
 * @param path where it is
 * @param name its path relative to the root, with slashes
 * @param type the type, by the name
 */
record SourceFile(Path path, String name, SourceType type) {

}
