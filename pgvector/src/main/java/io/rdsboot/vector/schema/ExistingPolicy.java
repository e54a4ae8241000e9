package io.rdsboot.vector.schema;

/**
 * Row-level security policy that the catalogue has.
 *
 * @param name the name, without quotes
 * @param permissive whether it shows rows, and does not take rows away from what others
 * show
 * @param forAll whether it is for all statements of all roles
 * @param using condition on rows that are read, empty if there is none
 * @param check condition on rows that are written, empty if there is none
 */
record ExistingPolicy(String name, boolean permissive, boolean forAll, String using, String check) {

}
