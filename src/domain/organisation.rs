//! Who belongs where: the five levels, the departments beside them, and the posts that people hold.

use super::{PersonCode, UnitCode};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A level of the organisation, widest first, and what stands beside the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitLevel {
    /// 区
    District,
    /// 街道
    Subdistrict,
    /// 社区
    Community,
    /// 网格 (网格党支部)
    Grid,
    /// 楼院
    BuildingGroup,
    /// 部门: called, owns no ground.
    Department,
    /// 社会组织: called, owns no ground.
    Organisation,
}

/// A unit of the organisation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unit {
    /// Its code, equal to the code of its area on the map.
    pub code: UnitCode,
    /// Its Chinese name.
    pub name: String,
    /// Its English name, where there is one.
    pub name_en: Option<String>,
    /// Its level.
    pub level: UnitLevel,
    /// The unit above it.
    pub parent: Option<UnitCode>,
    /// 工作清单: what a department may be called for; empty where it has published none.
    pub work_list: Vec<String>,
}

/// What a person may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 网格员
    GridWorker,
    /// 网格党支部书记
    BranchSecretary,
    /// 网格长
    GridLead,
    /// 楼长
    BuildingLead,
    /// 单元长
    EntranceLead,
    /// 党员中心户
    MemberHousehold,
    /// 派遣员
    Dispatcher,
    /// 部门工作人员
    DepartmentOfficer,
    /// 街道、区领导
    Leader,
    /// 管理员
    Admin,
}

impl Role {
    /// Every role, in the order of the glossary.
    pub const ALL: [Self; 10] = [
        Self::GridWorker,
        Self::BranchSecretary,
        Self::GridLead,
        Self::BuildingLead,
        Self::EntranceLead,
        Self::MemberHousehold,
        Self::Dispatcher,
        Self::DepartmentOfficer,
        Self::Leader,
        Self::Admin,
    ];

    /// The role's word in files and in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GridWorker => "grid_worker",
            Self::BranchSecretary => "branch_secretary",
            Self::GridLead => "grid_lead",
            Self::BuildingLead => "building_lead",
            Self::EntranceLead => "entrance_lead",
            Self::MemberHousehold => "member_household",
            Self::Dispatcher => "dispatcher",
            Self::DepartmentOfficer => "department_officer",
            Self::Leader => "leader",
            Self::Admin => "admin",
        }
    }

    /// The role that a word names.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }

    /// May answer a whistle of the unit that the post is in.
    pub fn responds(self) -> bool {
        matches!(
            self,
            Self::BranchSecretary
                | Self::GridLead
                | Self::BuildingLead
                | Self::EntranceLead
                | Self::MemberHousehold
                | Self::GridWorker
                | Self::DepartmentOfficer
        )
    }
}

/// A role in a unit.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Post {
    /// What the person is there.
    pub role: Role,
    /// Where.
    pub unit: UnitCode,
}

/// A person of the roster. The phone number stays in the store, encrypted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Person {
    /// The person's code.
    pub code: PersonCode,
    /// The person's name.
    pub name: String,
    /// BCP 47 tag of the person's language (`zh-CN`, `en`).
    pub language: String,
    /// Every post that the person holds.
    pub posts: Vec<Post>,
}

/// Every unit and every person, with the look-ups that routing and access need.
#[derive(Clone, Debug, Default)]
pub struct Organisation {
    units: HashMap<UnitCode, Unit>,
    children: HashMap<UnitCode, Vec<UnitCode>>,
    people: HashMap<PersonCode, Person>,
    posts: HashMap<UnitCode, Vec<(PersonCode, Role)>>,
}

impl Organisation {
    /// Builds the look-ups; lists are in code order, whatever the order of the arguments.
    pub fn new(mut units: Vec<Unit>, mut people: Vec<Person>) -> Self {
        units.sort_by(|a, b| a.code.cmp(&b.code));
        people.sort_by(|a, b| a.code.cmp(&b.code));
        let mut whole = Self::default();
        for unit in units {
            if let Some(parent) = &unit.parent {
                whole.children.entry(parent.clone()).or_default().push(unit.code.clone());
            }
            whole.units.insert(unit.code.clone(), unit);
        }
        for person in people {
            for post in &person.posts {
                whole.posts.entry(post.unit.clone()).or_default().push((person.code.clone(), post.role));
            }
            whole.people.insert(person.code.clone(), person);
        }
        whole
    }

    /// A unit by its code.
    pub fn unit(&self, code: &UnitCode) -> Option<&Unit> {
        self.units.get(code)
    }

    /// A person by code.
    pub fn person(&self, code: &PersonCode) -> Option<&Person> {
        self.people.get(code)
    }

    /// Every unit, in no order.
    pub fn units(&self) -> impl Iterator<Item = &Unit> {
        self.units.values()
    }

    /// Every person, in no order.
    pub fn people(&self) -> impl Iterator<Item = &Person> {
        self.people.values()
    }

    /// The units right below one, in code order.
    pub fn children(&self, code: &UnitCode) -> &[UnitCode] {
        self.children.get(code).map_or(&[], Vec::as_slice)
    }

    /// The unit itself and every unit above it, nearest first.
    pub fn ladder<'a>(&'a self, code: &UnitCode) -> impl Iterator<Item = &'a Unit> {
        std::iter::successors(self.units.get(code), |unit| {
            unit.parent.as_ref().and_then(|parent| self.units.get(parent))
        })
        // A tree of five levels; the bound keeps a circular import from hanging a request.
        .take(8)
    }

    /// Is `inner` the unit itself or anywhere below it?
    pub fn contains(&self, outer: &UnitCode, inner: &UnitCode) -> bool {
        self.ladder(inner).any(|unit| unit.code == *outer)
    }

    /// The unit at `level` that `code` is, or is inside.
    pub fn above(&self, code: &UnitCode, level: UnitLevel) -> Option<&Unit> {
        self.ladder(code).find(|unit| unit.level == level)
    }

    /// Who holds a post in exactly this unit, in code order.
    pub fn posts(&self, unit: &UnitCode) -> &[(PersonCode, Role)] {
        self.posts.get(unit).map_or(&[], Vec::as_slice)
    }

    /// Who may answer a whistle of this unit by a post in it or right below it, in code order, each once.
    pub fn responders(&self, unit: &UnitCode) -> Vec<PersonCode> {
        let units = std::iter::once(unit).chain(self.children(unit));
        let posts = units.flat_map(|unit| self.posts(unit));
        let mut found: Vec<_> =
            posts.filter(|(_, role)| role.responds()).map(|(person, _)| person.clone()).collect();
        found.sort();
        found.dedup();
        found
    }

    /// Who holds one of `roles` in exactly this unit, in code order, each once.
    pub fn holders(&self, unit: &UnitCode, roles: &[Role]) -> Vec<PersonCode> {
        let mut found: Vec<_> = self
            .posts(unit)
            .iter()
            .filter(|(_, role)| roles.contains(role))
            .map(|(code, _)| code.clone())
            .collect();
        found.dedup();
        found
    }

    /// The posts of a person; none for an unknown one.
    pub fn posts_of(&self, person: &PersonCode) -> &[Post] {
        self.people.get(person).map_or(&[], |person| person.posts.as_slice())
    }
}
