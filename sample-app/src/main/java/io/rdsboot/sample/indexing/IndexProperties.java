package io.rdsboot.sample.indexing;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings of the indexing job.
 *
 * @param directory Directory that is indexed; a request may name one below it, but none
 * outside. Defaults to the repository that the working directory stands in.
 * @param atStart Whether to index at start what is new or has changed.
 * @param maxFiles Most files of a directory; a job fails beyond.
 * @param maxFileSize Largest file; larger ones are reported and left out.
 * @param passageLength Longest passage, in characters.
 * @param passageOverlap How much of a passage the next one may repeat, in characters.
 */
@ConfigurationProperties("sample.index")
record IndexProperties(@Nullable Path directory, @DefaultValue("false") boolean atStart,
		@DefaultValue("20000") int maxFiles, @DefaultValue("512KB") DataSize maxFileSize,
		@DefaultValue("800") int passageLength, @DefaultValue("100") int passageOverlap) {

}
