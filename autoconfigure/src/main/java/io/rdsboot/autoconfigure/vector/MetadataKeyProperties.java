package io.rdsboot.autoconfigure.vector;

import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.rdsboot.vector.table.KeyType;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.core.convert.ConversionFailedException;

/**
 * A metadata key that has a column of its own, or is at least known.
 */
public class MetadataKeyProperties {

	/**
	 * Type of the values.
	 */
	private @Nullable KeyType type;

	/**
	 * Name of the column. By default the key's name, with underscores for hyphens.
	 */
	private @Nullable String column;

	/**
	 * Whether the column has an index.
	 */
	private boolean indexed = true;

	/**
	 * What the key was before, as long as versions of the application run that have it
	 * so: a type alone, or type and column.
	 */
	private @Nullable Former formerly;

	public @Nullable KeyType getType() {
		return this.type;
	}

	public void setType(@Nullable KeyType type) {
		this.type = type;
	}

	public @Nullable String getColumn() {
		return this.column;
	}

	public void setColumn(@Nullable String column) {
		this.column = column;
	}

	public @Nullable Former getFormerly() {
		return this.formerly;
	}

	public void setFormerly(@Nullable Former formerly) {
		this.formerly = formerly;
	}

	public boolean isIndexed() {
		return this.indexed;
	}

	public void setIndexed(boolean indexed) {
		this.indexed = indexed;
	}

	/**
	 * Converts the short form of a key, its type alone.
	 * @param type the type, as its name is written in a property
	 * @return an indexed key
	 */
	public static MetadataKeyProperties valueOf(String type) {
		MetadataKeyProperties key = new MetadataKeyProperties();
		key.setType(keyType(type));
		return key;
	}

	private static KeyType keyType(String type) {
		try {
			return Objects
				.requireNonNull(ApplicationConversionService.getSharedInstance().convert(type, KeyType.class));
		}
		catch (ConversionFailedException ex) {
			// Boot's failure analysis shows the innermost cause alone.
			throw new IllegalArgumentException("'%s' is no type of a key; there are %s".formatted(type,
					Stream.of(KeyType.values())
						.map((known) -> known.name().toLowerCase(Locale.ROOT).replace('_', '-'))
						.collect(Collectors.joining(", "))));
		}
	}

	/**
	 * What a metadata key was before.
	 */
	public static class Former {

		/**
		 * Type of the values, or json for a key that was in the metadata.
		 */
		private @Nullable KeyType type;

		/**
		 * Name of the column. By default the key's name, with underscores for hyphens.
		 */
		private @Nullable String column;

		public @Nullable KeyType getType() {
			return this.type;
		}

		public void setType(@Nullable KeyType type) {
			this.type = type;
		}

		public @Nullable String getColumn() {
			return this.column;
		}

		public void setColumn(@Nullable String column) {
			this.column = column;
		}

		/**
		 * Converts the short form, the type alone.
		 * @param type the type, as its name is written in a property
		 * @return a key of that type
		 */
		public static Former valueOf(String type) {
			Former key = new Former();
			key.setType(keyType(type));
			return key;
		}

	}

}
