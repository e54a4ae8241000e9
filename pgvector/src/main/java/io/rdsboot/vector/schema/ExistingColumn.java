package io.rdsboot.vector.schema;

import org.jspecify.annotations.Nullable;

/**
 * Column that the catalogue has.
 *
 * @param name the name, without quotes
 * @param type the type with its modifiers, without a schema where it is the extension's
 * @param notNull whether it must not be null
 * @param filled whether the server gives it a value where a row has none
 * @param identityAlways whether rows may not give it a value
 * @param generation expression of which it is generated, or {@code null}
 */
record ExistingColumn(String name, String type, boolean notNull, boolean filled, boolean identityAlways,
		@Nullable String generation) {

	boolean required() {
		return this.notNull && !this.filled;
	}

}
