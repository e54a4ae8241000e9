package io.rdsboot.autoconfigure.vector;

import javax.sql.DataSource;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;

/**
 * Source of connections of the login that owns the tables.
 *
 * @param dataSource the source, or {@code null} if there is none
 */
@API(status = API.Status.INTERNAL)
public record TableOwnerDataSource(@Nullable DataSource dataSource) {

	/**
	 * Return the source, or {@code null} if there is none.
	 */
	public static @Nullable DataSource of(ObjectProvider<TableOwnerDataSource> owner) {
		TableOwnerDataSource present = owner.getIfAvailable();
		return (present != null) ? present.dataSource() : null;
	}

}
