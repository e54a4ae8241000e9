package io.rdsboot.langchain4j;

import java.util.UUID;
import java.util.function.Supplier;

import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

/**
 * Ids of a repository, which are texts in LangChain4j.
 */
final class EmbeddingIds {

	private final VectorTable table;

	/**
	 * Create the ids of a table.
	 * @throws IllegalArgumentException if LangChain4j's ids, which are UUIDs where it
	 * generates them, are none of the table's
	 */
	EmbeddingIds(VectorTable table) {
		if (table.idType().isNumber()) {
			throw new IllegalArgumentException(
					"ids of vector table %s are of type %s, but LangChain4j generates UUIDs: declare ids of type uuid or text"
						.formatted(table, table.idType().sqlType()));
		}
		this.table = table;
	}

	/**
	 * Return the id that a text stands for.
	 * @param place where the id was given, as in {@code ids[2]}, for messages
	 * @throws IllegalArgumentException if it stands for none
	 */
	Object parse(@Nullable String id, Supplier<String> place) {
		if (id == null || id.isBlank()) {
			throw new IllegalArgumentException(
					"%s for vector table %s must not be null or blank".formatted(place.get(), this.table));
		}
		if (this.table.idType() == IdType.TEXT) {
			return id;
		}
		UUID uuid = uuid(id);
		if (uuid == null) {
			throw new IllegalArgumentException(
					"%s for vector table %s must be a UUID, but is '%s': pass the text of one, or declare ids of type text"
						.formatted(place.get(), this.table, id));
		}
		return uuid;
	}

	/**
	 * Return the id that a new UUID, whose text LangChain4j gets, is in the table.
	 */
	Object of(UUID uuid, String text) {
		return (this.table.idType() == IdType.TEXT) ? text : uuid;
	}

	/**
	 * Return a UUID, if it has no other text: the class accepts what it prints otherwise.
	 */
	private static @Nullable UUID uuid(String id) {
		try {
			UUID uuid = UUID.fromString(id);
			return uuid.toString().equalsIgnoreCase(id) ? uuid : null;
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

}
