package io.rdsboot.vector.schema;

/**
 * Row-level security policy that the catalogue has.
 *
 * @param forAll whether it grants, for all statements of all roles
 * @param using condition on rows that are read, empty if there is none
 * @param check condition on rows that are written, empty if there is none
 */
record ExistingPolicy(boolean forAll, String using, String check) {

}
