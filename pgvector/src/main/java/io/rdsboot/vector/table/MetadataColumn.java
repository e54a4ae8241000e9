package io.rdsboot.vector.table;

import java.util.Objects;

import io.rdsboot.vector.type.StorableText;
import org.jspecify.annotations.Nullable;

/**
 * Declaration of a metadata key that has a column of its own, or of one that stays in the
 * {@code jsonb} metadata but is known. Immutable.
 *
 * @param key name of the key in the metadata of records and in filters
 * @param column name of the column, without quotes; of no meaning for
 * {@link KeyType#JSON}
 * @param type type of the values
 * @param indexed whether the column has an index of its own
 * @param formerly where versions of the application that still run have the key, or
 * {@code null} if none has it elsewhere. Values are written to both places then
 */
public record MetadataColumn(String key, String column, KeyType type, boolean indexed, @Nullable KeyPlace formerly) {

	public MetadataColumn {
		Objects.requireNonNull(key, "key of a metadata column must not be null");
		Identifiers.check("metadata column", column);
		StorableText.Problem problem = StorableText.problem(key);
		if (key.isBlank() || problem != null) {
			throw new IllegalArgumentException("key of a metadata column must not %s, but is '%s'"
				.formatted((problem != null) ? "have " + problem.description() : "be blank", StorableText.shown(key)));
		}
		if (formerly != null && isSame(type, column, formerly)) {
			throw new IllegalArgumentException(
					"metadata key '%s' must be stored elsewhere than formerly, in a column of another name, but is %s and was %s"
						.formatted(key, new KeyPlace(type, column), formerly));
		}
		if (formerly != null && !formerly.canMoveTo(new KeyPlace(type, column))) {
			throw new IllegalArgumentException(
					"metadata key '%s' was formerly %s, whose values %s cannot have: move it to json first"
						.formatted(key, formerly, type.sqlType()));
		}
	}

	/**
	 * Create a declaration of a key that no other version has elsewhere.
	 * @param key name of the key in the metadata of records and in filters
	 * @param column name of the column, without quotes
	 * @param type type of the values
	 * @param indexed whether the column has an index of its own
	 */
	public MetadataColumn(String key, String column, KeyType type, boolean indexed) {
		this(key, column, type, indexed, null);
	}

	/**
	 * Return this declaration for the time in which other versions of the application
	 * have the key elsewhere.
	 * @param place where they have it, or {@code null} if none has
	 * @return the declaration
	 */
	public MetadataColumn formerly(@Nullable KeyPlace place) {
		return new MetadataColumn(this.key, this.column, this.type, this.indexed, place);
	}

	private static boolean isSame(KeyType type, String column, KeyPlace former) {
		boolean json = type == KeyType.JSON;
		return json == former.isJson() && (json || column.equals(former.column()));
	}

	/**
	 * Return whether values are written to the {@code jsonb} metadata, be it for versions
	 * of before a move.
	 * @return whether they are
	 */
	public boolean isInJson() {
		return this.type == KeyType.JSON || (this.formerly != null && this.formerly.isJson());
	}

	/**
	 * Return where the key is now.
	 * @return the place
	 */
	public KeyPlace place() {
		return new KeyPlace(this.type, this.column);
	}

	/**
	 * Return a declaration of an indexed column that has the name of its key.
	 * @param key name of the key and of the column
	 * @param type type of the values
	 * @return the declaration
	 */
	public static MetadataColumn of(String key, KeyType type) {
		return new MetadataColumn(key, key, type, true);
	}

}
