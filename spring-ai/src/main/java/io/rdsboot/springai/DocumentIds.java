package io.rdsboot.springai;

import java.util.UUID;

import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

/**
 * Ids of documents, which are text, as ids of rows. Immutable.
 *
 * @param <ID> type of the ids of rows
 */
final class DocumentIds<ID> {

	private final VectorTable table;

	private final Class<ID> idClass;

	@SuppressWarnings("unchecked") // a repository has ids of its table's type
	DocumentIds(VectorTable table) {
		this.table = table;
		this.idClass = (Class<ID>) table.idType().javaType();
	}

	/**
	 * Return the id of the row of a document. The text of it is the id of the document,
	 * so that every document comes back under the id that it was given.
	 * @throws IllegalArgumentException if the table cannot have such an id
	 */
	ID toRow(String id) {
		Object converted = convert(id);
		if (converted == null || !converted.toString().equalsIgnoreCase(id)) {
			throw new IllegalArgumentException(
					"Document '%s' cannot be in vector table %s, whose ids are %s: give documents such ids, or declare id-type: text for a new table"
						.formatted(id, this.table, this.table.idType().sqlType()));
		}
		return this.idClass.cast(converted);
	}

	private @Nullable Object convert(String id) {
		try {
			return switch (this.table.idType()) {
				case UUID -> UUID.fromString(id);
				case TEXT -> id;
				case BIGINT -> Long.valueOf(id);
				case INTEGER -> Integer.valueOf(id);
			};
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	String toDocument(ID id) {
		return id.toString();
	}

}
