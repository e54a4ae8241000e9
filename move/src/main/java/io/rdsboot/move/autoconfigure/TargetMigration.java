package io.rdsboot.move.autoconfigure;

import javax.sql.DataSource;

/**
 * Migrates the target as the application migrates its database.
 */
@FunctionalInterface
interface TargetMigration {

	/**
	 * Migrate the target.
	 * @param target opens connections to it with the application's login, which is to own
	 * the tables: one that only moves would not let the application write to them
	 */
	Object migrate(DataSource target);

}
