package io.rdsboot.sample.text;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Kind of text that a passage comes from.
 */
public enum SourceType {

	MARKDOWN("md", "markdown"), TEXT("txt", "text"), HTML("html", "htm"), JAVA("java"),

	/** Text that was posted, not read from a file. */
	NOTE;

	@SuppressWarnings("ImmutableEnumChecker") // List.of
	private final List<String> extensions;

	SourceType(String... extensions) {
		this.extensions = List.of(extensions);
	}

	/**
	 * The name that stands in the metadata and in the REST interface.
	 * @return the name in lower case
	 */
	public String value() {
		return name().toLowerCase(Locale.ROOT);
	}

	/**
	 * The type of files with such a name.
	 * @param fileName a file's name
	 * @return the type, or empty if files of this name are not read
	 */
	public static Optional<SourceType> ofFileName(String fileName) {
		String extension = fileName.substring(fileName.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
		return Arrays.stream(values()).filter((type) -> type.extensions.contains(extension)).findFirst();
	}

	/**
	 * The type of this name.
	 * @param value a name, in any case
	 * @return the type, or empty if there is none of this name
	 */
	public static Optional<SourceType> ofValue(@Nullable String value) {
		return Arrays.stream(values()).filter((type) -> type.value().equalsIgnoreCase(value)).findFirst();
	}

	/**
	 * All names, for messages.
	 * @return the names, separated by commas
	 */
	public static String allValues() {
		return Arrays.stream(values()).map(SourceType::value).collect(Collectors.joining(", "));
	}

}
