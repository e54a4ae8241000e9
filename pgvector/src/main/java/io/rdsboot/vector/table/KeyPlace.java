package io.rdsboot.vector.table;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Where the values of a metadata key are stored, and as what. Immutable.
 *
 * @param type type of the values; {@link KeyType#JSON} for the {@code jsonb} metadata
 * @param column name of the column, without quotes; of no meaning for
 * {@link KeyType#JSON}
 */
public record KeyPlace(KeyType type, String column) {

	/**
	 * Create a place.
	 */
	public KeyPlace {
		Objects.requireNonNull(type, "type of a metadata key must not be null");
		Identifiers.check("metadata column", column);
	}

	/**
	 * Return whether the values stand in the {@code jsonb} metadata.
	 * @return whether there is no column
	 */
	public boolean isJson() {
		return this.type == KeyType.JSON;
	}

	/**
	 * Return whether what stands here can be moved to another place: its type is the
	 * same, or has an equal for the most of the values.
	 */
	boolean canMoveTo(KeyPlace other) {
		if (isJson() || other.isJson() || this.type == other.type) {
			return true;
		}
		if (this.type == KeyType.TEXT_ARRAY || other.type == KeyType.TEXT_ARRAY) {
			return false;
		}
		return this.type == KeyType.TEXT || other.type == KeyType.TEXT || (isNumber() && other.isNumber());
	}

	private boolean isNumber() {
		return this.type == KeyType.INTEGER || this.type == KeyType.BIGINT || this.type == KeyType.NUMERIC;
	}

	/**
	 * Return a value as those have it who look for it here.
	 * @return a value of the type, or {@code null} if the type has none for it
	 */
	public @Nullable Object convert(@Nullable Object value) {
		if (value == null) {
			return null;
		}
		try {
			return this.type.convert(adapted(value));
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	private Object adapted(Object value) {
		if (this.type == KeyType.TEXT && !(value instanceof Collection<?>)) {
			return (value instanceof BigDecimal number) ? number.toPlainString() : value.toString();
		}
		if (value instanceof CharSequence text) {
			return switch (this.type) {
				case INTEGER, BIGINT, NUMERIC, DOUBLE -> new BigDecimal(text.toString());
				case BOOLEAN -> switch (text.toString()) {
					case "true" -> true;
					case "false" -> false;
					default -> value;
				};
				default -> value;
			};
		}
		return value;
	}

	/**
	 * Return the place in words that differ for places that differ.
	 */
	@Override
	public String toString() {
		return isJson() ? "json" : this.type.sqlType() + " " + this.column;
	}

}
